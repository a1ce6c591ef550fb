import { addMilliseconds, putCalendar, putPolicy, type CalendarDocument, type PolicyDocument } from '@ringback/core'
import type { BenchOptions } from './benchmarks.ts'
import { addPeople, requireQueued } from './due-callbacks.ts'
import { openBenchEngine, type BenchEngine } from './engine.ts'
import { measureBursts } from './http/bursts.ts'
import { freshClaims, giveBackToLanes } from './http/claims.ts'
import { seedAgents, seedOrdinaryUsers, seedQueuedCallbacks } from './http/people.ts'
import { openOurs } from './http/sides.ts'
import { compare, type Comparison, type Measure } from './rounds.ts'
import { rateOfTick } from './timed-tick.ts'
import { startWorkers } from './worker-processes.ts'

const queueTypes = ['unsigned_users', 'outstanding_requests']
const waiting = 2_000
const dayMs = 24 * 60 * 60_000

/**
 * Ticks and claims in a centre that has every policy, with customers in three time zones and agents who serve some of the
 * queues, against the same without any. It is open the whole time, so that both queue and hand out the same.
 */
export async function policies({ services, isQuick }: BenchOptions): Promise<Comparison[]> {
  const callbacks = isQuick ? 1_000 : 20_000
  const bursts = { ...(await freshClaims()), after: giveBackToLanes, count: isQuick ? 1 : 5 }
  await using opened = new AsyncDisposableStack()

  async function openTick(name: string, setUp: SetUp): Promise<Measure<'rate'>> {
    const engine = await openBenchEngine(services, `tick-${name}`)
    opened.defer(() => engine.close())
    await addPeople(engine)
    await setUp(engine)
    const workers = await startWorkers(engine, 2)
    opened.defer(() => workers.stop())
    return async () => {
      const rate = await rateOfTick(engine, callbacks)
      await requireQueued(engine, callbacks)
      return { rate }
    }
  }

  async function openClaims(name: string, setUp: SetUp): Promise<Measure<'rate'>> {
    const side = await openOurs(services, `claim-${name}`, async (sql, engine) => {
      await seedAgents(sql)
      await seedQueuedCallbacks(sql, waiting)
      await seedOrdinaryUsers(sql, waiting)
      await setUp(engine)
    })
    opened.defer(() => side.close())
    return async () => ({ rate: (await measureBursts(side, bursts)).throughput })
  }

  const ticks = await Promise.all([openTick('policies', addPolicies), openTick('no-policies', addNone)])
  const claims = await Promise.all([openClaims('policies', addPolicies), openClaims('no-policies', addNone)])
  const contest = (name: string, unit: string, [ours, rival]: Measure<'rate'>[]) => ({
    name,
    ours: ours!,
    rival: rival!,
    goals: { rate: { unit, atLeast: 0.85 } },
  })
  return await compare(isQuick ? 1 : 5, [
    contest('policies-tick', 'callbacks/s', ticks),
    contest('policies-claim', 'claims/s', claims),
  ])
}

type SetUp = (engine: BenchEngine) => Promise<unknown>

const addNone: SetUp = async () => {}

/** Policies of both queues with calendars, waits and turns; customers with zones and regions; agents by skill. */
const addPolicies: SetUp = async ({ deps, sql }) => {
  const openedAt = deps.clock.now()
  await putCalendar(deps, { id: 'office', document: { timeZone: 'Europe/Berlin', ...openAround(openedAt) } })
  await putCalendar(deps, { id: 'awake', document: openAround(openedAt) })
  for (const queueType of queueTypes) await putPolicy(deps, { queueType, document: policy })
  await sql`
    update users set
      time_zone = (array['Europe/Berlin', 'America/New_York', null])[1 + id % 3],
      region = (array['DE-BY', 'US-FL', 'GB'])[1 + id % 3]`
  // A third of the agents serve one of the queues, a third the other one, and a third all.
  await sql`
    update agents set queue_types = case id % 3 when 0 then array[${queueTypes[0]!}] when 1 then array[${queueTypes[1]!}] end`
  await sql`
    update call_queue set available_until = ${addMilliseconds(openedAt, 2 * dayMs)} where callback_id is not null`
}

/**
 * No share but 99 of 100: turns are looked at with every claim, and one in a hundred is an ordinary user, which costs less than a
 * callback.
 */
const policy: PolicyDocument = {
  openingHours: 'office',
  quietHours: { '*': 'awake', US: 'awake', 'US-FL': 'awake' },
  retries: { maxAttempts: 4, maxPerDay: 3, minutes: { busy: [5, 15, 60], no_answer: [30, 120, 1_440] } },
  inboundEnds: { outcomes: ['resolved'], withinHours: 24 },
  refusalsBlock: true,
  ownerWaitMinutes: 10,
  escalateAfterMinutes: 60,
  callbackShare: 99,
  punctualWithinMinutes: 10,
  ordinaryWhilePromised: 'hold',
}

/** From yesterday until the day after tomorrow it is open all day, whatever day that is; else by day only, and closed on holidays. */
function openAround(now: Date): CalendarDocument {
  const byDay: [string, string][] = [['08:00', '20:00']]
  const dates = [-1, 0, 1, 2].map((days) =>
    addMilliseconds(now, days * dayMs)
      .toISOString()
      .slice(0, 10),
  )
  return {
    week: { mon: byDay, tue: byDay, wed: byDay, thu: byDay, fri: byDay, sat: byDay, sun: [] },
    special: Object.fromEntries(dates.map((date) => [date, [['00:00', '24:00']]])),
    holidays: { country: 'DE' },
  }
}
