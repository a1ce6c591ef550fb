import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fault } from '../fault.ts'
import { clientFaults } from './clients.ts'
import { clockFaults } from './clocks.ts'
import { jobFaults } from './jobs.ts'
import { laneFaults } from './lanes.ts'
import { outageFaults } from './outages.ts'
import { pastFaults } from './past.ts'
import { postgresFaults } from './postgres.ts'
import { processFaults } from './processes.ts'
import { redisFaults } from './redis.ts'
import { rowFaults } from './rows.ts'
import { soakOf } from './soak.ts'
import { topologyFaults } from './topologies.ts'

const single: Record<string, Fault> = {
  ...processFaults,
  ...redisFaults,
  ...outageFaults,
  ...postgresFaults,
  ...pastFaults,
  ...rowFaults,
  ...jobFaults,
  ...laneFaults,
  ...clockFaults,
  ...clientFaults,
  ...topologyFaults,
}

/** Every fault by name. The last one is many of the others, one after the other. */
export const faults: Record<string, Fault> = { ...single, soak: soakOf(single) }

/** Why a fault cannot happen on this machine; undefined when it can. */
export function whyNotHere({ world }: Fault): string | undefined {
  return world?.diskMiB !== undefined && !mayMount() ? 'no right to mount a small disk here' : undefined
}

function mayMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), 'ringback-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'ringback-mount', place], { stdio: 'ignore' })
    execFileSync('umount', [place])
    return true
  } catch {
    return false
  } finally {
    rmdirSync(place)
  }
}
