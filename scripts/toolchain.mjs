import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import process from 'node:process'
import { withLock } from './lock.mjs'
import { explain, showProgress } from './report.mjs'
import { runStep } from './step.mjs'

/** The oldest that will do. Where there is none, the one that `.node-version` names is fetched: not whatever is newest today. */
const neededNode = [24, 12]

/**
 * The Node and pnpm that this checkout runs with: those of the machine where they fit, else ones from the npm registry
 * in `.ringback/toolchain`, where later starts find them again.
 *
 * @returns {Promise<{ node: string, pnpm: string, env: NodeJS.ProcessEnv }>} paths of both programs, and an environment in
 *   which they come first on the PATH
 */
export async function findToolchain(root) {
  const home = join(root, '.ringback', 'toolchain')
  const wanted = wantedPnpm(root)
  const find = () => ({
    node: fits(process.versions.node) ? process.execPath : localProgram(home, 'node'),
    pnpm: localPnpm(home, wanted) ?? pnpmOnPath(root, wanted),
  })

  let { node, pnpm } = find()
  if (!node || !pnpm) {
    await withLock(join(root, '.ringback', 'toolchain.lock'), async () => {
      ;({ node, pnpm } = find())
      const missing = [...(node ? [] : [`node@${nodeToGet(root)}`]), ...(pnpm ? [] : [`pnpm@${wanted}`])]
      if (missing.length > 0) await install(home, [...new Set([...missing, `pnpm@${wanted}`])])
      ;({ node, pnpm } = find())
    })
  }
  if (!node || !pnpm) {
    throw explain(
      `Node ${neededNode.join('.')} and pnpm ${wanted} could not be set up in ${home}. ` +
        `Install Node ${neededNode[0]} yourself (https://nodejs.org), or delete that directory and try again`,
    )
  }
  const path = [join(home, 'node_modules', '.bin'), dirname(node), dirname(pnpm), process.env.PATH]
  return { node, pnpm, env: { ...process.env, PATH: [...new Set(path)].join(delimiter) } }
}

async function install(home, packages) {
  const done = showProgress(`Getting ${packages.join(' and ')} from the npm registry (once)`)
  const unfinished = `${home}.new`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { recursive: true })
  // The npm package `node` fetches its binary in an install script, whatever the person's own settings say of scripts.
  const settings = [
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--ignore-scripts=false',
    '--global=false',
  ]
  await runStep('npm', ['install', '--prefix', unfinished, ...settings, ...packages], {
    cwd: unfinished,
    env: process.env,
  })
  rmSync(home, { recursive: true, force: true })
  renameSync(unfinished, home)
  done()
}

function nodeToGet(root) {
  return readFileSync(join(root, '.node-version'), 'utf8').trim()
}

function wantedPnpm(root) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return packageManager.replace(/^pnpm@/, '')
}

function fits(version) {
  const [major, minor] = version.split('.').map(Number)
  return major > neededNode[0] || (major === neededNode[0] && minor >= neededNode[1])
}

function localProgram(home, name) {
  const path = join(home, 'node_modules', '.bin', name)
  return existsSync(path) ? path : undefined
}

function localPnpm(home, wanted) {
  const manifest = join(home, 'node_modules', 'pnpm', 'package.json')
  if (!existsSync(manifest) || JSON.parse(readFileSync(manifest, 'utf8')).version !== wanted) return undefined
  return localProgram(home, 'pnpm')
}

// Any of the same major version reads our lockfile.
function pnpmOnPath(root, wanted) {
  for (const directory of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const path = join(directory, 'pnpm')
    if (!existsSync(path)) continue
    const { stdout } = spawnSync(path, ['--version'], { cwd: root, encoding: 'utf8' })
    if (stdout?.trim().split('.')[0] === wanted.split('.')[0]) return path
  }
  return undefined
}
