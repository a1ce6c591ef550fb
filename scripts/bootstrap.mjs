/**
 * `./ringback COMMAND` on a machine that has nothing but Node 20 and npm: gets Node 24 and pnpm, installs the dependencies,
 * then hands over to the program that does the work. Plain JavaScript, for it runs on the old Node and before anything is
 * installed. Stdout belongs to the program: what is said here goes to stderr.
 */
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { findCommand, helpOf } from './commands.mjs'
import { installDependencies } from './dependencies.mjs'
import { handOver } from './hand-over.mjs'
import { endWithParent } from './parent.mjs'
import { explain } from './report.mjs'
import { findToolchain } from './toolchain.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [name, ...args] = process.argv.slice(2)

try {
  await run()
} catch (error) {
  console.error(error.explanation ?? error)
  process.exitCode = error.exitCode ?? 1
}

async function run() {
  if (name === undefined || isHelp(name)) return console.log(helpOf(root))
  if (args.length === 1 && isHelp(args[0])) {
    const { takes, does } = findCommand(root, name, [])
    if (takes === undefined) return console.log(`./ringback ${name} ${does}; it takes no arguments.`)
  }
  const program = join(root, findCommand(root, name, args).program)
  // In an image all is installed, for its own Node: there the program takes the place of this one.
  if (process.env.RINGBACK_INSTALLED) return become(program)
  process.exitCode = await runInCheckout(program)
}

function isHelp(word) {
  return ['help', '--help', '-h'].includes(word)
}

async function become(program) {
  process.argv.splice(1, 2, program)
  await import(pathToFileURL(program).href)
}

async function runInCheckout(program) {
  if (process.platform === 'win32') throw explain('Ringback needs Linux or macOS; on Windows run it in WSL or Docker')
  endWithParent()
  const toolchain = await findToolchain(root)
  await installDependencies(root, toolchain)
  return handOver(toolchain.node, [program, ...args], {
    // Most of them start many processes that load the same files.
    env: { ...toolchain.env, NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled') },
  })
}
