/**
 * `npm start`, `npm test` and the commands below on a machine that has nothing but Node 20 and npm: gets Node 24 and pnpm,
 * installs the dependencies, then hands over to the program that does the work. Plain JavaScript, for it runs on the old
 * Node and before anything is installed.
 */
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { installDependencies } from './dependencies.mjs'
import { handOver } from './hand-over.mjs'
import { endWithParent } from './parent.mjs'
import { explain } from './report.mjs'
import { findToolchain } from './toolchain.mjs'

const programs = {
  start: 'apps/start/src/main.ts',
  status: 'apps/start/src/status.ts',
  remove: 'apps/start/src/remove.ts',
  'copy-database': 'apps/cli/src/copy-database.ts',
  test: 'scripts/check.ts',
  bench: 'bench/main.ts',
  sbom: 'scripts/sbom.ts',
}
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [task, ...args] = process.argv.slice(2)

try {
  if (!Object.hasOwn(programs, task)) throw explain(`usage: bootstrap.mjs ${Object.keys(programs).join('|')}`)
  if (process.platform === 'win32') throw explain('Ringback needs Linux or macOS; on Windows run it in WSL or Docker')
  endWithParent()
  const toolchain = await findToolchain(root)
  await installDependencies(root, toolchain)
  process.exitCode = await handOver(toolchain.node, [join(root, programs[task]), ...args], {
    cwd: root,
    // Most of them start many processes that load the same files.
    env: { ...toolchain.env, NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled') },
  })
} catch (error) {
  console.error(error.explanation ?? error)
  process.exitCode = 1
}
