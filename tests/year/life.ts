import {
  acceptCallback,
  blockSubject,
  cancelCallback,
  claimNextCall,
  closeSession,
  completeCall,
  DomainError,
  putCalendar,
  putQueueUser,
  putSession,
  reassignCallback,
  recordOutcome,
  releaseClaim,
  rescheduleCallback,
  scheduleCallback,
  snoozeCallback,
  startCall,
  unblockSubject,
  type ClaimedCall,
} from '@ringback/core'
import type { Callback, OutcomeType } from '@ringback/db'
import type { Random } from '../../packages/testing/src/random.ts'
import type { Centre } from './centre.ts'
import type { Clockwork } from './clockwork.ts'
import type { Ledger, Promised } from './ledger.ts'
import { agents, customer as customerOf, workingHours, type Customer } from './people.ts'
import { queues, type Queue } from './queues.ts'
import { documents, type Table } from './tables.ts'
import type { Timeline } from './timeline.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
/** Nobody is promised a call that is further off. */
const furthestMs = 20 * dayMs
/** So long a promise waits for its only agent until a supervisor gives it to anybody. */
const patienceMs = 2 * dayMs

const outcomes = Object.entries({
  resolved: 32,
  no_answer: 24,
  busy: 10,
  voicemail: 8,
  failed: 4,
  declined: 6,
  wrong_number: 3,
  do_not_call: 3,
  callback_requested: 10,
} satisfies Record<OutcomeType, number>).flatMap(([outcome, count]) =>
  Array<OutcomeType>(count).fill(outcome as OutcomeType),
)

/** A call at work. */
interface Call {
  id: string
  entryId: string
  agentId: number
  customer: Customer
  queue: Queue
  startedAt: number
  promise: Promised | undefined
}

export interface World {
  tables: Map<string, Table>
  random: Random
  timeline: Timeline
  clock: Clockwork
  /** Something is not as it must be. */
  wrong: (what: string) => void
}

export interface Figures {
  promises: number
  calls: number
  retries: number
  refusedTimes: number
  blocked: number
  inbound: number
  changedCalendars: number
}

/**
 * What people do, by chance: they promise, call, put off, take back, refuse, call in, come, go, and change the calendars.
 * Each answer is held against the ledger and the oracle; what differs goes to `wrong`.
 */
export function life(
  { engine, deps, addCustomer }: Centre,
  ledger: Ledger,
  { tables, random, timeline, clock, wrong }: World,
) {
  const { time, sql } = engine
  const figures: Figures = {
    promises: 0,
    calls: 0,
    retries: 0,
    refusedTimes: 0,
    blocked: 0,
    inbound: 0,
    changedCalendars: 0,
  }
  const calls = new Map<number, Call>()
  const absentUntil = new Map<number, number>()
  const now = () => time.now().getTime()
  const after = (ms: number, happens: () => Promise<unknown>) => timeline.plan(now() + ms, happens)
  const minutes = (from: number, to: number) =>
    (from + random.below(to - from + 1)) * minuteMs + random.below(60) * 1_000
  let people = 0

  async function newCustomer(): Promise<void> {
    const newcomer = customerOf(people++)
    ledger.customers.set(newcomer.userId, newcomer)
    await addCustomer(newcomer)
  }

  /** What a step comes to: its answer, or the code of its refusal. */
  async function answerOf<T>(step: Promise<T>): Promise<T | DomainError> {
    return step.catch((error: unknown) => {
      if (error instanceof DomainError) return error
      throw error
    })
  }

  function expectRefusal(what: string, answer: unknown, expected: string | undefined): boolean {
    const code = answer instanceof DomainError ? answer.code : undefined
    if (code !== expected) wrong(`${what}: ${code ?? 'done'}, and expected ${expected ?? 'done'}`)
    return code !== undefined
  }

  function anyone(): Customer {
    return random.pick([...ledger.customers.values()])
  }

  async function promiseCall(): Promise<void> {
    const customer = anyone()
    const queue = random.chance(90) ? random.pick(queues) : undefined
    const preferred = random.chance(35) ? random.pick(agents).agentId : null
    const isOnly = preferred !== null && random.chance(25)
    const policy = {
      ...(random.chance(5) && { quietHours: 'off' as const }),
      ...(random.chance(5) && { maxAttempts: 1 + random.below(4) }),
      ...(random.chance(5) && { ownerWaitMinutes: random.pick([0, 10, 300]) }),
    }
    const facts = { customer, queue, isQuietOff: 'quietHours' in policy, attempts: [] }
    const wanted = now() + (random.chance(20) ? minutes(-10, 30) : minutes(1, 10 * 24 * 60))
    const from = Math.max(wanted, now())
    const opens = ledger.opening(facts, from)
    const input = {
      userId: customer.userId,
      queueType: queue?.queueType,
      preferredAgentId: preferred,
      owner: isOnly ? ('only' as const) : undefined,
      policy: Object.keys(policy).length > 0 ? policy : null,
      scheduledFor: new Date(wanted),
    }
    const isBlocked = ledger.isBlocked(customer, now())
    const mayBe = isBlocked
      ? 'do-not-call'
      : opens === null
        ? 'never-allowed'
        : opens > from
          ? 'outside-calling-hours'
          : undefined
    let answer = await answerOf(scheduleCallback(deps, input))
    if (answer instanceof DomainError && answer.code === 'too-many-open-callbacks') return
    if (expectRefusal(`promise at ${new Date(wanted).toISOString()} to ${JSON.stringify(facts)}`, answer, mayBe)) {
      figures.refusedTimes++
      if (mayBe !== 'outside-calling-hours' || opens! > now() + furthestMs) return
      const { nextAllowedAt } = answer as DomainError
      if (nextAllowedAt?.getTime() !== opens)
        wrong(`next allowed ${nextAllowedAt?.toISOString()}, not ${new Date(opens!).toISOString()}`)
      answer = await answerOf(scheduleCallback(deps, { ...input, whenClosed: 'next-opening' }))
      if (expectRefusal('promise at the next opening', answer, undefined)) return
    }
    if (answer instanceof DomainError) return
    const due = opens! > from ? opens! : wanted
    note(answer, { ...facts, due, preferred, isOnly, ...policy, madeInCall: undefined })
  }

  function note(
    { id, scheduledFor }: Callback,
    facts: Pick<Promised, 'customer' | 'queue' | 'due' | 'preferred' | 'isOnly' | 'isQuietOff' | 'madeInCall'> &
      Partial<Pick<Promised, 'maxAttempts' | 'ownerWaitMinutes'>>,
  ): void {
    figures.promises++
    if (scheduledFor.getTime() !== facts.due)
      wrong(`promised for ${scheduledFor.toISOString()}, not ${new Date(facts.due).toISOString()}`)
    const fresh = {
      putOffAt: -Infinity,
      attempts: [],
      opened: undefined,
      claimedBy: undefined,
      wasReached: false,
      result: undefined,
      madeAt: now(),
    }
    ledger.promises.set(id, { maxAttempts: undefined, ownerWaitMinutes: undefined, ...facts, ...fresh, id })
  }

  /** Whoever is available asks, when there is something that has begun to wait. Returns whether anybody got a call. */
  async function ask(): Promise<boolean> {
    const asking = await sql<{ agentId: number }[]>`
      select agent_id from agent_sessions where logout_at is null and status = 'available'
        and exists (select from call_queue where status in ('pending', 'assigned') and available_from <= ${time.now()})
      order by agent_id`
    let hasCall = false
    for (let left = asking.map(({ agentId }) => agentId); left.length > 0;) {
      const agentId = random.pick(left)
      left = left.filter((id) => id !== agentId)
      const claimed = await claimNextCall(deps, { agentId })
      if (!claimed) continue
      hasCall = true
      begin(agentId, claimed)
    }
    return hasCall
  }

  /** Somebody who was at something else becomes available, and whoever is available asks. */
  async function comeBackAndAsk(): Promise<void> {
    const away = await sql<{ agentId: number }[]>`
      select agent_id from agent_sessions where logout_at is null and status <> 'available' order by agent_id`
    const free = away.filter(({ agentId }) => !calls.has(agentId))
    if (free.length > 0) await putSession(deps, { agentId: random.pick(free).agentId, status: 'available' })
    await ask()
  }

  function begin(agentId: number, { callback, callSessionId, queueEntry }: ClaimedCall): void {
    figures.calls++
    const customer = ledger.customers.get(queueEntry.userId)!
    const promise = callback ? ledger.promises.get(callback.id) : undefined
    if (callback) {
      const broken = ledger.wrongWith({ callback, agentId, now: now() })
      if (broken.length > 0) {
        wrong(`call of agent ${agentId}: ${broken.join('; ')}: ${JSON.stringify({ promise, callback, queueEntry })}`)
      }
      if (promise) promise.claimedBy = agentId
    } else if (ledger.isBlocked(customer, now())) wrong(`agent ${agentId} got an ordinary user who is on the list`)
    else if (ledger.inCall.has(customer.userId)) wrong(`agent ${agentId} got an ordinary user who is in a call`)
    const queue = queues.find(({ queueType }) => queueType === queueEntry.queueType)!
    const call = { id: callSessionId, entryId: queueEntry.id, agentId, customer, queue, startedAt: now(), promise }
    calls.set(agentId, call)
    after(minutes(2, 14), () => end(call))
  }

  async function end(call: Call): Promise<void> {
    if (calls.get(call.agentId) !== call) return
    const chance = random.below(100)
    if (chance < 4) {
      calls.delete(call.agentId)
      await releaseClaim(deps, { queueEntryId: call.entryId })
      if (call.promise) ledger.giveBack(call.promise, now())
    } else if (chance < 8) {
      await completeCall(deps, { callSessionId: call.id })
      after(minutes(1, 20), () => (calls.get(call.agentId) === call ? outcome(call) : Promise.resolve()))
    } else await outcome(call)
  }

  /** @param isLate the claim was given back meanwhile */
  async function outcome({ id, agentId, customer, queue, startedAt, promise }: Call, isLate = false): Promise<void> {
    const outcomeType = random.pick(outcomes)
    ledger.refuse({ customer, queue }, outcomeType, now())
    const later = outcomeType === 'callback_requested' && !isLate ? nextPromise(customer, agentId) : undefined
    const answer = await recordOutcome(deps, { callSessionId: id, outcomeType, nextCallback: later?.input })
    if (!isLate) calls.delete(agentId)
    if (later && answer.nextCallback) note(answer.nextCallback, { ...later.facts, madeInCall: id })
    if (!promise) return
    if (isLate) {
      promise.attempts.push({ at: startedAt, outcome: outcomeType, isLate })
      if (answer.retry) wrong('a call whose claim was given back has its promise tried again')
      return
    }
    const at = ledger.settle(promise, startedAt, outcomeType, now(), later !== undefined)
    if (at !== null) figures.retries++
    const got = answer.retry?.at.getTime() ?? null
    if (got !== at) {
      const times = [got, at].map((one) => (one === null ? 'never' : new Date(one).toISOString()))
      wrong(`${outcomeType} is tried again ${times[0]}, and by the policy ${times[1]}: ${JSON.stringify(promise)}`)
    }
  }

  function nextPromise(customer: Customer, agentId: number) {
    const facts = { customer, queue: undefined, isQuietOff: false, attempts: [] }
    const wanted = now() + minutes(10, 4 * 24 * 60)
    const due = ledger.opening(facts, wanted)
    if (due === null || due > now() + furthestMs || ledger.isBlocked(customer, now())) return undefined
    if (ledger.openOf(customer.userId).length > 15) return undefined
    const preferred = random.chance(50) ? agentId : null
    const input = { scheduledFor: new Date(wanted), whenClosed: 'next-opening' as const, preferredAgentId: preferred }
    return { input, facts: { ...facts, due, preferred, isOnly: false } }
  }

  /** A customer calls in, and somebody who is free picks up. */
  async function callIn(): Promise<void> {
    const waiting = ledger.open().filter(({ claimedBy }) => claimedBy === undefined || random.chance(20))
    const customer = waiting.length > 0 && random.chance(80) ? random.pick(waiting).customer : anyone()
    if (ledger.inCall.has(customer.userId)) return
    const [free] = await sql<{ agentId: number }[]>`
      select agent_id from agent_sessions where logout_at is null and status = 'available' order by agent_id limit 1`
    if (!free) return
    const { agentId } = free
    figures.inbound++
    await putSession(deps, { agentId, status: 'busy' })
    const startedAt = now()
    const { session } = await startCall(deps, { userId: customer.userId, agentId, direction: 'inbound' })
    ledger.inCall.add(customer.userId)
    after(minutes(2, 20), async () => {
      const outcomeType = random.pick(outcomes)
      const queue = ledger.homes.get(customer.userId) ?? queues[0]!
      ledger.refuse({ customer, queue }, outcomeType, now())
      const open = ledger.openOf(customer.userId)
      const rows = await Promise.all(open.map(({ id }) => engine.callback(id)))
      const dueOf = new Map(rows.map((row) => [row.id, row.scheduledFor.getTime()]))
      const settled = ledger.settledBy(session.id, customer, startedAt, outcomeType, dueOf)
      const { endedCallbacks } = await recordOutcome(deps, { callSessionId: session.id, outcomeType })
      ledger.inCall.delete(customer.userId)
      const [marked, ended] = [
        settled.filter((it) => it.claimedBy !== undefined),
        settled.filter((it) => it.claimedBy === undefined),
      ]
      for (const it of marked) it.wasReached = true
      for (const it of ended) it.result = 'reached_inbound'
      const got = endedCallbacks.map(({ id }) => id).toSorted()
      const expected = ended.map(({ id }) => id).toSorted()
      if (got.join() !== expected.join())
        wrong(`an inbound call ended ${got.join()}, and by the policy ${expected.join()}`)
    })
  }

  /** Somebody does something about a promise that nobody is calling about. */
  async function meddle(): Promise<void> {
    const open = ledger.open().filter(({ claimedBy }) => claimedBy === undefined)
    if (open.length === 0) return
    const it = random.pick(open)
    const { id: callbackId } = it
    const row = await engine.callback(callbackId)
    const refused = ledger.isBlocked(it.customer, now()) ? 'do-not-call' : undefined
    const what = random.pick(['snooze', 'move', 'cancel', 'accept', 'reassign'] as const)
    switch (what) {
      case 'snooze': {
        const wait = 1 + random.below(60)
        const due = ledger.opening(it, Math.max(row.scheduledFor.getTime(), now()) + wait * minuteMs)
        const agentId = random.pick(agents).agentId
        const answer = await answerOf(snoozeCallback(deps, { callbackId, agentId, minutes: wait }))
        if (expectRefusal(what, answer, refused ?? (due === null ? 'never-allowed' : undefined))) return
        return moved(it, (answer as { callback: Callback }).callback, due!)
      }
      case 'move': {
        const wanted = now() + minutes(10, 5 * 24 * 60)
        // The customer is told another time, and the attempts before count no more for whether quiet hours hold.
        const due = ledger.opening(it, wanted)
        if (due !== null && due > now() + furthestMs) return
        const input = { callbackId, scheduledFor: new Date(wanted), whenClosed: 'next-opening' as const }
        const answer = await answerOf(rescheduleCallback(deps, input))
        if (expectRefusal(what, answer, refused ?? (due === null ? 'never-allowed' : undefined))) return
        return moved(it, (answer as { callback: Callback }).callback, due!)
      }
      case 'cancel': {
        if (random.chance(50)) return
        await cancelCallback(deps, { callbackId })
        it.result = 'cancelled'
        return
      }
      case 'accept': {
        const [free] = await sql<
          { agentId: number }[]
        >`select agent_id from agent_sessions where logout_at is null limit 1`
        if (!free) return
        const answer = await answerOf(acceptCallback(deps, { callbackId, agentId: free.agentId }))
        const opens = ledger.opening(it, now())
        if (!(answer instanceof DomainError)) {
          if (opens !== now()) wrong('accepted outside the hours')
          if (it.isOnly && it.preferred !== free.agentId) wrong('accepted by another agent than its only one')
          it.preferred = free.agentId
        } else if (opens === now() && answer.code === 'outside-calling-hours') wrong('not accepted inside the hours')
        return
      }
      case 'reassign': {
        const agentId = random.chance(70) ? random.pick(agents).agentId : null
        await reassignCallback(deps, { callbackId, agentId })
        it.preferred = agentId
        if (agentId === null) it.isOnly = false
      }
    }
  }

  function moved(it: Promised, { scheduledFor }: Callback, due: number): void {
    if (scheduledFor.getTime() !== due)
      wrong(`put off until ${scheduledFor.toISOString()}, not ${new Date(due).toISOString()}`)
    ledger.putOff(it, due)
    it.putOffAt = now()
  }

  async function queueOrdinary(): Promise<void> {
    const customer = anyone()
    const queue = queues[Number(customer.userId) % queues.length]!
    const input = { userId: customer.userId, queueType: queue.queueType, priorityScore: random.below(100) }
    const refused = ledger.isBlocked(customer, now()) ? 'do-not-call' : undefined
    if (!expectRefusal('ordinary', await answerOf(putQueueUser(deps, input)), refused))
      ledger.homes.set(customer.userId, queue)
  }

  async function blockSomebody(): Promise<void> {
    const customer = anyone()
    const subject = customer.phone && random.chance(50) ? customer.phone : `user:${customer.userId}`
    if (ledger.blocks.has(subject)) return
    figures.blocked++
    const until = random.chance(50) ? now() + minutes(24 * 60, 20 * 24 * 60) : Infinity
    const taken = ledger.block(subject, until, now())
    const answer = await blockSubject(deps, {
      subject,
      reason: 'Asked for it',
      until: until === Infinity ? null : new Date(until),
    })
    const [got, expected] = [answer.cancelledCallbackIds.toSorted(), taken.map(({ id }) => id).toSorted()]
    if (got.join() !== expected.join()) wrong(`a block took back ${got.join()}, not ${expected.join()}`)
    if (until === Infinity && random.chance(60)) {
      after(minutes(24 * 60, 10 * 24 * 60), async () => {
        await unblockSubject(deps, subject)
        ledger.blocks.delete(subject)
      })
    }
  }

  /** A holiday is put in, for one of the next days or for today; the workers plan anew before anybody asks again. */
  async function putHolidayIn(): Promise<void> {
    figures.changedCalendars++
    const id = random.pick(['jerusalem', 'new_york', 'sydney'])
    const table = tables.get(id)!
    const days = random.chance(25) ? 0 : 1 + random.below(6)
    const local = new Intl.DateTimeFormat('en-CA', { timeZone: table.timeZone!, dateStyle: 'short' })
    const date = local.format(now() + days * dayMs)
    const document = documents[id]!
    const { [date]: _, ...special } = table.special
    const closed = [...table.closed, date]
    ledger.hoursChange(now())
    tables.set(id, { ...table, special, closed: new Set(closed) })
    await putCalendar(deps, { id, document: { ...document, special, closed } })
    time.advance(15_000)
    await clock.plan()
  }

  async function work(agentId: number): Promise<void> {
    if ((absentUntil.get(agentId) ?? 0) > now()) return
    await putSession(deps, { agentId, status: 'available' })
    after(hourMs * 2 + minutes(0, 180), async () => {
      if (calls.has(agentId) || !(await isThere(agentId, 'available'))) return
      const status = random.pick(['away', 'wrap_up', 'busy'] as const)
      await putSession(deps, { agentId, status })
      after(minutes(10, 70), async () => {
        if (await isThere(agentId, status)) await putSession(deps, { agentId, status: 'available' })
      })
    })
    after(workingHours * hourMs, () => leave(agentId))
  }

  async function isThere(agentId: number, status: string): Promise<boolean> {
    const rows =
      await sql`select from agent_sessions where agent_id = ${agentId} and logout_at is null and status = ${status}`
    return rows.length > 0 && !calls.has(agentId)
  }

  /** An agent goes home, be it in the middle of a call, whose outcome may be told later. */
  async function leave(agentId: number): Promise<void> {
    const call = calls.get(agentId)
    const drops = call !== undefined && random.chance(40)
    if (call && !drops) await outcome(call)
    calls.delete(agentId)
    await closeSession(deps, agentId)
    if (!drops) return
    if (call.promise) ledger.giveBack(call.promise, now())
    if (random.chance(50)) after(minutes(5, 60), () => outcome(call, true))
  }

  /** A supervisor sees to what has waited long for the one agent who may call. */
  async function relieveOwners(): Promise<void> {
    for (const it of ledger.open()) {
      if (!it.isOnly || it.claimedBy !== undefined || it.due > now() - patienceMs) continue
      await reassignCallback(deps, { callbackId: it.id, agentId: null })
      it.preferred = null
      it.isOnly = false
    }
  }

  return {
    figures,
    ask,
    comeBackAndAsk,
    async populate(count: number) {
      while (people < count) await newCustomer()
    },
    /** Plans what happens on a day that begins now. On the last days nothing new is begun, and everybody comes to work. */
    async planDay(isLast: boolean): Promise<void> {
      for (const { agentId, from } of agents) {
        if (!isLast && random.chance(4)) absentUntil.set(agentId, now() + random.below(5 * 24) * hourMs)
        if (isLast) absentUntil.delete(agentId)
        after(from * hourMs + minutes(-20, 20) + 20 * minuteMs, () => work(agentId))
      }
      after(0, relieveOwners)
      if (isLast) return
      const sometime = (count: number, happens: () => Promise<unknown>) => {
        for (let n = 0; n < count; n++) after(random.below(dayMs / 1_000) * 1_000, happens)
      }
      sometime(6 + random.below(9), promiseCall)
      sometime(4, meddle)
      sometime(2, callIn)
      sometime(3, queueOrdinary)
      sometime(4, ask)
      if (random.chance(15)) sometime(1, blockSomebody)
      if (random.chance(6)) sometime(1, putHolidayIn)
      if (random.chance(20)) sometime(1, newCustomer)
    },
  }
}
