import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import process from 'node:process'

const names = ['redis-server', 'valkey-server']

// In the order in which they are looked for; each with what to run, and the names of its package.
const installers: { command: string; steps: string[][]; asRoot: boolean }[] = [
  {
    command: 'apt-get',
    steps: [
      ['update', '-q'],
      ['install', '-q', '-y', 'redis-server'],
    ],
    asRoot: true,
  },
  { command: 'dnf', steps: [['install', '-y', 'valkey']], asRoot: true },
  { command: 'yum', steps: [['install', '-y', 'redis']], asRoot: true },
  { command: 'apk', steps: [['add', 'redis']], asRoot: true },
  { command: 'pacman', steps: [['-Sy', '--noconfirm', 'valkey']], asRoot: true },
  { command: 'zypper', steps: [['--non-interactive', 'install', 'redis']], asRoot: true },
  { command: 'brew', steps: [['install', 'redis']], asRoot: false },
]

/**
 * The path of `redis-server` or `valkey-server`. When there is none it is installed with the system's package
 * manager, provided that this needs no question: we are root, or `sudo` asks for no password.
 *
 * @param log is told what is being installed
 * @throws when it cannot be installed here; the message holds the line to run
 */
export function ensureRedisServer(log: (line: string) => void = () => {}): string {
  return findRedisServer() ?? install(log)
}

function findRedisServer(): string | undefined {
  return names.map(onPath).find((it) => it !== undefined)
}

function install(log: (line: string) => void): string {
  const installer = installers.find(({ command }) => onPath(command))
  if (!installer) throw new Error('Redis is missing: install redis-server or valkey-server, or set REDIS_URL')
  const prefix = installer.asRoot && process.getuid?.() !== 0 ? ['sudo'] : []
  const commands = installer.steps.map((step) => [...prefix, installer.command, ...step])
  const byHand = commands.map((words) => words.join(' ')).join(' && ')
  if (prefix.length > 0 && !sudoAsksNothing()) throw new Error(`Redis is missing. Run: ${byHand}`)

  for (const words of commands) {
    const line = words.join(' ')
    log(`Redis is missing; running: ${line}`)
    const [command = '', ...args] = words
    const { status, stdout, stderr } = spawnSync(command, args, { env: quietEnvironment(), encoding: 'utf8' })
    // `update` fails when one of many sources is away, and the install may succeed all the same.
    if (status !== 0 && words !== commands.at(-1)) log(`${line} failed with exit code ${status}`)
    else if (status !== 0) throw new Error(`Redis could not be installed. Run: ${byHand}\n${stdout}${stderr}`)
  }
  const installed = findRedisServer()
  if (!installed) throw new Error(`Redis is still missing after: ${byHand}. Set REDIS_URL`)
  return installed
}

function sudoAsksNothing(): boolean {
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0
}

function quietEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, DEBIAN_FRONTEND: 'noninteractive', HOMEBREW_NO_AUTO_UPDATE: '1' }
}

// The directories of administrators are not on everybody's PATH, but servers are installed there.
function onPath(name: string): string | undefined {
  const directories = (process.env['PATH'] ?? '').split(delimiter)
  return [...directories, '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin']
    .filter((directory) => directory !== '')
    .map((directory) => join(directory, name))
    .find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
