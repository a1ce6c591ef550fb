import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ledgerFile, noteInLedger, readLedger } from './ledger.ts'
import { StartError } from './start-error.ts'
import { directoryElsewhere } from './state-directory.ts'

/** Something that goes: in words, and how. */
export type Removal = { what: string; run: () => void }

/** The toolchain serves the checkout, and is running this very program. */
const stays = 'toolchain'

/**
 * What `npm start` made on this machine for `home` (RINGBACK_HOME), in the order in which it can be taken away: its data
 * and, when no other home is left, what all of them share, the account, the package, and what lies in /var/lib/ringback.
 * What was there before, it leaves alone.
 *
 * @param places where ledger and shared files are, when they are not at their usual places
 */
export function planRemoval(home: string, places = { ledger: ledgerFile(), shared: dirname(ledgerFile()) }): Removal[] {
  const ledger = readLedger(places.ledger)
  const elsewhere = directoryElsewhere(home, places.shared)
  const plan: Removal[] = []
  if (existsSync(home)) {
    const kept = readdirSync(home).includes(stays) ? `, but ${stays}` : ''
    plan.push({ what: `${home}: data, secrets and logs${kept}`, run: () => removeHome(home) })
  }
  if (existsSync(elsewhere)) plan.push({ what: `${elsewhere}: its data`, run: () => remove(elsewhere) })

  const others = ledger.homes.filter((it) => it !== home && existsSync(it))
  if (others.length > 0) {
    const what = `nothing of what ${others.join(', ')} needs too: account, package, ${places.shared}`
    return [...plan, { what, run: () => noteInLedger({}, places.ledger) }]
  }
  const { account, package: installed } = ledger
  if (account) plan.push({ what: `the account ${account}`, run: () => runToEnd(['userdel', account]) })
  if (installed) {
    const { name, removal } = installed
    plan.push({ what: `the package ${name}: ${removal.join(' ')}`, run: () => runToEnd(removal) })
  }
  for (const path of new Set([places.shared, places.ledger])) {
    if (existsSync(path)) plan.push({ what: path, run: () => remove(path) })
  }
  return plan
}

function removeHome(home: string): void {
  const entries = readdirSync(home)
  if (!entries.includes(stays)) return remove(home)
  for (const entry of entries) if (entry !== stays) remove(join(home, entry))
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 5 })
}

function runToEnd([command = '', ...args]: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0)
    throw new StartError(`${[command, ...args].join(' ')} failed: ${stderr || error?.message || status}`)
}
