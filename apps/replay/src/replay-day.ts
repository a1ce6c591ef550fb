import { manualClock } from '@ringback/core'
import { reportCentre } from './centre/report-centre.ts'
import { ringbackCentre } from './centre/ringback-centre.ts'
import { planDay } from './log/day-plan.ts'
import type { CallRecord } from './log/format.ts'
import { auditPromises } from './report/audit.ts'
import { figuresOf, type Figures } from './report/figures.ts'
import { readPromiseFigures } from './report/promises.ts'
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
    const simulated = await simulateDay(ringbackCentre(system.deps, system), system.clock, plan, options)
    const audit = await auditPromises(system.sql, simulated.callbackIds)
    const promises = await readPromiseFigures(system.deps, plan)
    const wallSeconds = (performance.now() - beganAt) / 1_000
    return figuresOf(day, simulated, audit, { ticks: system.ticks(), jobs: system.jobs(), wallSeconds }, promises)
  } finally {
    await system.close()
  }
}

/** The same day by the rules of the cron route that Ringback replaces. Its jobs are the entries that it inserted. */
export async function replayByReport(records: CallRecord[], day: string, options: SimulationOptions): Promise<Figures> {
  const beganAt = performance.now()
  const plan = planDay(records, day)
  const clock = manualClock(plan.opensAt)
  const centre = reportCentre(clock)
  const simulated = await simulateDay(centre, clock, plan, options)
  const wallSeconds = (performance.now() - beganAt) / 1_000
  const effort = { ticks: centre.ticks(), jobs: centre.entries(), wallSeconds }
  return figuresOf(day, simulated, centre.audit(), effort, centre.promiseFigures())
}
