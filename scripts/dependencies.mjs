import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { withLock } from './lock.mjs'
import { runStep } from './step.mjs'

/**
 * Installs the dependencies that the lockfile names. A stamp in node_modules remembers for which lockfile that was done,
 * so that it is done again only when the lockfile changes.
 */
export async function installDependencies(root, toolchain) {
  const stamp = join(root, 'node_modules', '.ringback-installed')
  const wanted = fingerprint(root)
  const isDone = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted
  if (isDone()) return

  await withLock(join(root, '.ringback', 'dependencies.lock'), async () => {
    if (isDone()) return
    console.error('Installing the dependencies …')
    await runStep(toolchain.pnpm, ['install', '--frozen-lockfile'], {
      cwd: root,
      // Without CI it may stop and ask before it replaces a node_modules of another making.
      env: { ...toolchain.env, CI: 'true' },
      show: true,
    })
    writeFileSync(stamp, wanted)
  })
}

function fingerprint(root) {
  const hash = createHash('sha256')
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(join(root, file)))
  return `${hash.digest('hex')} ${process.platform}-${process.arch}\n`
}
