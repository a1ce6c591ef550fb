import { planDay } from './log/day-plan.ts'
import type { CallRecord } from './log/format.ts'
import { auditPromises } from './report/audit.ts'
import { figuresOf, type Figures } from './report/figures.ts'
import { simulateDay, type SimulationOptions } from './simulation/day.ts'
import { openSystem, type SystemOptions } from './system/system.ts'

/** Replays one day of a log in a system of its own and returns what became of every promise. */
export async function replayDay(
  records: CallRecord[],
  day: string,
  services: SystemOptions,
  options: SimulationOptions,
): Promise<Figures> {
  const beganAt = performance.now()
  const plan = planDay(records, day)
  const system = await openSystem(services, plan.opensAt)
  try {
    const simulated = await simulateDay(system, plan, options)
    const audit = await auditPromises(system.sql, simulated.callbackIds)
    const wallSeconds = (performance.now() - beganAt) / 1_000
    return figuresOf(day, simulated, audit, { ticks: system.ticks(), jobs: system.jobs(), wallSeconds })
  } finally {
    await system.close()
  }
}
