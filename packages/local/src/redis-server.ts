import { execFile, spawnSync } from 'node:child_process'
import process from 'node:process'
import { promisify } from 'node:util'
import { findExecutables } from './executables.ts'
import { ledgerFile, noteInLedger } from './ledger.ts'
import { StartError } from './start-error.ts'

type Installer = {
  command: string
  refresh?: string[]
  install: string[]
  remove: string[]
  packages: string[]
  asRoot?: boolean
}

/** A machine that has just been started may be installing its updates. */
const waitingForOthers = ['-o', 'DPkg::Lock::Timeout=120']

const installers: Installer[] = [
  {
    command: 'apt-get',
    refresh: ['update', '-q'],
    install: ['install', '-q', '-y', ...waitingForOthers],
    remove: ['remove', '-q', '-y', ...waitingForOthers],
    packages: ['redis-server'],
  },
  { command: 'dnf', install: ['install', '-y'], remove: ['remove', '-y'], packages: ['valkey', 'redis'] },
  { command: 'yum', install: ['install', '-y'], remove: ['remove', '-y'], packages: ['redis', 'valkey'] },
  { command: 'apk', install: ['add'], remove: ['del'], packages: ['redis', 'valkey'] },
  { command: 'pacman', install: ['-Sy', '--noconfirm'], remove: ['-R', '--noconfirm'], packages: ['valkey', 'redis'] },
  {
    command: 'zypper',
    install: ['--non-interactive', 'install'],
    remove: ['--non-interactive', 'remove'],
    packages: ['redis', 'valkey'],
  },
  { command: 'brew', install: ['install'], remove: ['uninstall'], packages: ['redis'], asRoot: false },
]

/**
 * The path of `redis-server` or `valkey-server`. When there is none it is installed with the system's package
 * manager, provided that this needs no question: we are root, or `sudo` asks for no password.
 *
 * @param log is told what is being run, before it is
 * @param ledger where it is noted that the package was not there before
 * @throws when it cannot be installed here; the message holds the line to run
 */
export async function ensureRedisServer(
  log: (line: string) => void = () => {},
  ledger: string = ledgerFile(),
): Promise<string> {
  return findRedisServer() ?? (await installRedisServer(log, ledger))
}

function findRedisServer(): string | undefined {
  return onPath('redis-server') ?? onPath('valkey-server')
}

async function installRedisServer(log: (line: string) => void, ledger: string): Promise<string> {
  const installer = installers.find(({ command }) => onPath(command))
  if (!installer) throw new StartError('Redis is missing: install redis-server or valkey-server, or set REDIS_URL')
  const { refresh, install, remove, packages, asRoot = true } = installer
  const manager = asRoot && process.getuid?.() !== 0 ? ['sudo', installer.command] : [installer.command]
  const byHand = [...(refresh ? [[...manager, ...refresh]] : []), [...manager, ...install, packages[0]]]
  const remedy = `Run: ${byHand.map((words) => words.join(' ')).join(' && ')}`
  if (manager[0] === 'sudo' && !sudoAsksNothing()) throw new StartError(`Redis is missing. ${remedy}`)

  const problems: string[] = []
  const attempt = async (words: string[]): Promise<void> => {
    const problem = await tryCommand(words, log)
    if (problem !== undefined) problems.push(problem)
  }
  // One of many package sources being away fails the refresh, and the installation may succeed all the same.
  if (refresh) await attempt([...manager, ...refresh])
  for (const name of packages) {
    await attempt([...manager, ...install, name])
    const installed = findRedisServer()
    if (installed) {
      noteInLedger({ package: { name, removal: [...manager, ...remove, name] } }, ledger)
      return installed
    }
  }
  throw new StartError([`Redis could not be installed. ${remedy}`, ...problems].join('\n'))
}

// Not guarded by the watchdog: a package manager that is killed halfway leaves a broken system behind.
async function tryCommand([command = '', ...args]: string[], log: (line: string) => void): Promise<string | undefined> {
  const line = [command, ...args].join(' ')
  log(`Redis is missing; running: ${line} (undone by: ./ringback remove)`)
  try {
    await promisify(execFile)(command, args, {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      maxBuffer: 64 * 1024 * 1024,
    })
    return undefined
  } catch (error) {
    return `${line}: ${(error as { stderr?: string }).stderr || (error as Error).message}`
  }
}

function sudoAsksNothing(): boolean {
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0
}

// The directories of administrators are not on everybody's PATH, but servers are installed there.
function onPath(name: string): string | undefined {
  return findExecutables(name, ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin'])[0]
}
