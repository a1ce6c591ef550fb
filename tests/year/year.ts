import { randomFrom } from '../../packages/testing/src/random.ts'
import type { Centre } from './centre.ts'
import { clockwork } from './clockwork.ts'
import { ledger as openLedger, type Ledger } from './ledger.ts'
import { life, type Figures } from './life.ts'
import { allTables } from './tables.ts'
import { timeline as newTimeline } from './timeline.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
const firstCustomers = 51
/** Until then the last promise is kept, tried again and done with: nobody promises a call that is further off than 20 days. */
const mostDrainDays = 45

export interface Lived extends Figures {
  wrong: string[]
  /** The minutes in which the workers had something to do, and those that were skipped and looked at all the same. */
  minutes: number
  lookedAt: number
  drainDays: number
  seconds: number
  cpuSeconds: number
}

/**
 * Lives `days` days from where the clock stands, and then as many as it takes until every promise has ended. The clock jumps
 * to whatever comes next: something that people do, or the next minute in which the workers have something to do. Some of the
 * minutes between are lived through as well: nothing must come of them.
 */
export async function live(centre: Centre, { seed, days }: { seed: number; days: number }): Promise<Lived> {
  const { engine } = centre
  const { time } = engine
  const began = performance.now()
  const cpuBefore = process.cpuUsage()
  const random = randomFrom(seed)
  const tables = allTables()
  const timeline = newTimeline()
  const ledger = openLedger(tables)
  const clock = clockwork(centre)
  const wrongs: string[] = []
  const wrong = (what: string) => void wrongs.push(`${time.now().toISOString()} ${what}`)
  const people = life(centre, ledger, { tables, random, timeline, clock, wrong })
  const counts = { minutes: 0, lookedAt: 0 }
  const now = () => time.now().getTime()
  const set = (at: number) => time.set(new Date(Math.max(at, now())))
  const nextMinute = () => Math.floor(now() / minuteMs + 1) * minuteMs

  /** What somebody did may give the workers something to do in the next minute. */
  let isUnsettled = true

  async function work(): Promise<void> {
    // Before the workers have seen that hours are over nobody is given anything either.
    if (random.chance(50)) await people.comeBackAndAsk()
    await clock.minute()
    counts.minutes++
    isUnsettled = await people.ask()
  }

  /** A minute in which nothing was to be done comes to nothing. */
  async function lookAt(minute: number): Promise<void> {
    set(minute)
    const before = await clock.trace()
    await clock.minute()
    await clock.plan()
    const after = await clock.trace()
    counts.lookedAt++
    if (JSON.stringify(before) !== JSON.stringify(after)) wrong(`a minute was skipped in which the workers had to do`)
  }

  async function liveUntil(end: number): Promise<void> {
    let due = await clock.next()
    while (now() < end && wrongs.length === 0) {
      const works = isUnsettled ? nextMinute() : Math.max(due ?? Infinity, nextMinute())
      const happens = timeline.next() ?? Infinity
      const next = Math.min(works, happens, end)
      const skipped = Math.floor((next - 1 - nextMinute()) / minuteMs)
      if (skipped > 0 && !isUnsettled && random.chance(1)) await lookAt(nextMinute() + random.below(skipped) * minuteMs)
      set(next)
      if (next === happens) {
        await timeline.take()()
        isUnsettled = true
      } else if (next === works) await work()
      if (!isUnsettled) due = await clock.next()
    }
  }

  async function audit(): Promise<void> {
    const { rows, lanes } = await clock.audit()
    if (rows > 0) wrong(`${rows} rows were wrong`)
    if (lanes.length > 0) wrong(`lanes differ from Postgres: ${JSON.stringify(lanes)}`)
    for (const what of await compare(centre, ledger)) wrong(what)
    for (const failure of centre.failures) wrong(`routing failed: ${failure.message}`)
  }

  await clock.plan()
  await people.populate(firstCustomers)
  const first = now()
  let day = 0
  for (; day < days + mostDrainDays && wrongs.length === 0; day++) {
    if (day >= days && ledger.pending(now()).length === 0) break
    await people.planDay(day >= days)
    await liveUntil(first + (day + 1) * dayMs)
    if (day % 7 === 6) await audit()
  }
  if (wrongs.length === 0) await audit()
  const left = ledger.pending(now())
  if (left.length > 0) wrong(`${left.length} promises are left open: ${JSON.stringify(left.slice(0, 3))}`)
  const seconds = (performance.now() - began) / 1_000
  const cpu = process.cpuUsage(cpuBefore)
  return {
    ...people.figures,
    ...counts,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    wrong: wrongs,
    drainDays: day - days,
    seconds,
  }
}

/** Which promises are otherwise in the rows than the ledger has it; what is late and has no place has a reason. */
async function compare({ engine }: Centre, ledger: Ledger): Promise<string[]> {
  const rows = await engine.sql<
    {
      id: string
      status: string
      result: string | null
      attempts: number
      isQueued: boolean
      isLate: boolean
      why: string | null
    }[]
  >`
    select id, status, result, attempts, is_queued, unplaced_because as why,
      scheduled_for < ${new Date(engine.time.now().getTime() - 2 * minuteMs)} as is_late
    from callbacks`
  const byId = new Map(rows.map((row) => [row.id, row]))
  return [...ledger.promises.values()].flatMap((it) => {
    const row = byId.get(it.id)
    if (!row) return [`promise ${it.id} is gone`]
    const isOpen = row.status !== 'completed' && row.status !== 'cancelled'
    const stands = isOpen ? undefined : row.result
    if (stands !== it.result || (row.attempts < it.attempts.length && isOpen)) {
      return [`promise is ${row.status} ${row.result}, and by the ledger ${it.result ?? 'open'}: ${JSON.stringify(it)}`]
    }
    const isLost = isOpen && row.isLate && !row.isQueued && row.why === null
    return isLost ? [`promise ${it.id} is late and waits for nothing`] : []
  })
}
