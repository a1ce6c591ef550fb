/**
 * Builds the console of a checkout, when something that it is made of has changed since it was built: for `npm start`, for
 * tests, and for the image. `node scripts/build-console.mjs` does it by hand.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { withLock } from './lock.mjs'
import { runStep } from './step.mjs'

/** What it is made of. */
const sources = ['apps/console', 'packages/client', 'pnpm-lock.yaml', 'tsconfig.base.json']
/** Of those, what is made from the rest, or of no use to it. */
const notSources = /^(?:node_modules|\.turbo|dist(?:-.*)?)$/
/** In the built folder: of which sources it is. */
const stamp = '.inputs'

/**
 * Makes `apps/console/dist`: in a folder beside it, which then takes its place as a whole, so that nobody is served half of
 * it. Of several who want that at once, one does it.
 *
 * @param {string} root the checkout
 * @param {{ notice?: (text: string) => void }} [options] `notice` is told before it is built
 * @returns {Promise<string>} the folder
 * @throws an explained error when it cannot be built; what was built before is left as it is
 */
export async function buildConsole(root, { notice = () => {} } = {}) {
  const place = join(root, 'apps/console')
  const built = join(place, 'dist')
  const wanted = fingerprint(root)
  // Where there is no console there is nothing to build.
  if (!existsSync(join(place, 'package.json'))) return built
  const isDone = () => existsSync(join(built, stamp)) && readFileSync(join(built, stamp), 'utf8') === wanted
  if (isDone()) return built

  await withLock(join(root, '.ringback', 'console.lock'), async () => {
    if (isDone()) return
    notice('Building the console …')
    const startedAt = performance.now()
    const fresh = join(place, `dist-${process.pid}`)
    const old = join(place, `dist-before-${process.pid}`)
    try {
      // What `build` is, the package says itself.
      await runStep(process.execPath, ['--run', 'build', '--', '--outDir', fresh, '--emptyOutDir'], {
        cwd: place,
        env: process.env,
      })
      writeFileSync(join(fresh, stamp), wanted)
      if (existsSync(built)) renameSync(built, old)
      renameSync(fresh, built)
      notice(`The console is built, in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s.`)
    } finally {
      for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true })
    }
  })
  return built
}

function fingerprint(root) {
  const hash = createHash('sha256')
  for (const source of sources) {
    for (const file of filesOf(root, source))
      hash
        .update(`${file}\0`)
        .update(readFileSync(join(root, file)))
        .update('\0')
  }
  return hash.digest('hex')
}

/** The files at or below a path of the checkout, as paths in it, in the same order everywhere. */
function filesOf(root, path) {
  const at = join(root, path)
  if (!existsSync(at)) return []
  if (!statSync(at).isDirectory()) return [path]
  const names = readdirSync(at).filter((name) => !notSources.test(name))
  return names.toSorted().flatMap((name) => filesOf(root, `${path}/${name}`))
}

if (import.meta.main) {
  try {
    await buildConsole(dirname(dirname(fileURLToPath(import.meta.url))), { notice: (text) => console.error(text) })
  } catch (error) {
    console.error(error.explanation ?? error)
    process.exitCode = 1
  }
}
