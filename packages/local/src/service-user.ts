import { execFileSync, spawnSync } from 'node:child_process'
import process from 'node:process'
import { noteInLedger } from './ledger.ts'
import { StartError } from './start-error.ts'

/** An account without privileges. */
export type ServiceUser = { name: string; uid: number; gid: number }

const accountName = 'ringback'
const fallbackAccount = 'nobody'

/**
 * Who runs Postgres and Redis: ourselves (undefined), unless we are root, which Postgres refuses.
 *
 * As root it is the system account `ringback`, made on first use; where accounts cannot be made, `nobody`.
 *
 * @param notice is told of the account before it is made
 * @throws when we are root and there is neither.
 */
export function serviceUser(notice: (text: string) => void = () => {}): ServiceUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  const user = account(accountName) ?? createAccount(notice) ?? account(fallbackAccount)
  if (!user) {
    throw new StartError(
      `Postgres does not run as root, and there is no other account to run it as. ` +
        `Run this as an ordinary user, make one with: useradd --system ${accountName}, or set DATABASE_URL and REDIS_URL`,
    )
  }
  return user
}

/** Whether `user` can enter the directory; undefined stands for ourselves. */
export function canEnter(user: ServiceUser | undefined, directory: string): boolean {
  return canRun(user, '/bin/sh', ['-c', 'cd -- "$1"', 'sh', directory])
}

/** Whether `user` can run a command, and it succeeds; undefined stands for ourselves. */
export function canRun(user: ServiceUser | undefined, command: string, args: string[]): boolean {
  const ran = spawnSync(command, args, {
    cwd: '/',
    stdio: 'ignore',
    ...(user && { uid: user.uid, gid: user.gid }),
  })
  return ran.status === 0
}

// Two starters may do this at the same moment: one of them is told that the account exists, and finds it.
function createAccount(notice: (text: string) => void): ServiceUser | undefined {
  notice(`Making the system account ${accountName}, to run what must not run as root (undone by: ./ringback remove)`)
  const attempts: [string, string[]][] = [
    [
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--home-dir', '/', '--shell', '/bin/false', accountName],
    ],
    ['adduser', ['-S', '-D', '-H', '-h', '/', '-s', '/bin/false', accountName]],
  ]
  for (const [command, args] of attempts) {
    spawnSync(command, args, { stdio: 'ignore' })
    const created = account(accountName)
    if (created) {
      noteInLedger({ account: accountName })
      return created
    }
  }
  return undefined
}

function account(name: string): ServiceUser | undefined {
  const uid = idOf('-u', name)
  const gid = idOf('-g', name)
  return uid && gid ? { name, uid, gid } : undefined
}

function idOf(which: '-u' | '-g', name: string): number | undefined {
  try {
    return Number(execFileSync('id', [which, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
  } catch {
    return undefined // `id` fails for an account that does not exist
  }
}
