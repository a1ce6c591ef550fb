import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { readIfPresent } from './processes.ts'

/** What was made on this machine outside of any checkout, so that it can be taken away again. */
export type Ledger = {
  /** Every RINGBACK_HOME that was started with; those that use what follows. */
  homes: string[]
  /** The account that was made, not one that was there. */
  account?: string
  /** The package that was installed, and the command that takes it away. */
  package?: { name: string; removal: string[] }
}

/** Where root keeps what a service account has to reach: binaries, and data whose own place is closed to it. */
export const systemDirectory = '/var/lib/ringback'

/** The ledger of this account. */
export function ledgerFile(): string {
  const isRoot = process.getuid?.() === 0
  const state = process.env['XDG_STATE_HOME'] || join(homedir(), '.local/state')
  return join(isRoot ? systemDirectory : join(state, 'ringback'), 'ledger.json')
}

export function readLedger(file: string): Ledger {
  const text = readIfPresent(file)
  return text ? (JSON.parse(text) as Ledger) : { homes: [] }
}

/** Adds to what stands in the ledger, and forgets the homes that are gone. */
export function noteInLedger(change: Partial<Omit<Ledger, 'homes'>> & { home?: string }, file = ledgerFile()): void {
  const { home, ...rest } = change
  const known = readLedger(file)
  const homes = [...new Set([...known.homes, ...(home === undefined ? [] : [home])])].filter((it) => existsSync(it))
  mkdirSync(dirname(file), { recursive: true, mode: 0o755 })
  writeFileSync(`${file}.new`, JSON.stringify({ ...known, ...rest, homes }), { mode: 0o644 })
  renameSync(`${file}.new`, file)
}
