import type { Callback, OutcomeType } from '@ringback/db'
import { firstAllowed, isAllowed, nextAttempt, type Asked, type Attempt } from './oracle.ts'
import type { Customer } from './people.ts'
import { queues, type Queue } from './queues.ts'
import type { Table } from './tables.ts'

const minuteMs = 60_000

/** A promise as the centre remembers it, which never looks at what Ringback has written down. */
export interface Promised {
  id: string
  customer: Customer
  /** Undefined: that of the customer. */
  queue: Queue | undefined
  /** When it is to be called next, by what was promised, put off or tried again. */
  due: number
  /** When it could first be called since, if hours have changed after that. */
  opened: number | undefined
  /** When somebody last put it off: a call at that time is no retry. */
  putOffAt: number
  madeAt: number
  madeInCall: string | undefined
  preferred: number | null
  isOnly: boolean
  ownerWaitMinutes: number | undefined
  maxAttempts: number | undefined
  isQuietOff: boolean
  attempts: Attempt[]
  /** Who is calling. */
  claimedBy: number | undefined
  /** The customer was reached in an inbound call while somebody else was calling. */
  wasReached: boolean
  /** What became of it. */
  result: string | undefined
}

const refusals = new Set(['declined', 'do_not_call', 'wrong_number'])
const results: Record<OutcomeType, string> = {
  resolved: 'reached',
  callback_requested: 'reached',
  no_answer: 'not_reached',
  busy: 'not_reached',
  voicemail: 'not_reached',
  failed: 'not_reached',
  wrong_number: 'wrong_number',
  declined: 'refused',
  do_not_call: 'refused',
}

export interface Claimed {
  callback: Callback
  agentId: number
  now: number
}

/** Remembers what was promised and to whom, and says of each call whether it may be. */
export function ledger(tables: Map<string, Table>) {
  const promises = new Map<string, Promised>()
  const customers = new Map<string, Customer>()
  /** Subject → until when. */
  const blocks = new Map<string, number>()
  /** Where a customer was last put. */
  const homes = new Map<string, Queue>()
  /** Who is in an inbound call. */
  const inCall = new Set<string>()

  const subjectsOf = ({ userId, phone }: Customer) => [`user:${userId}`, ...(phone ? [phone] : [])]
  const isBlocked = (of: Customer, now: number) => subjectsOf(of).some((subject) => (blocks.get(subject) ?? 0) > now)
  const queueOf = (it: Pick<Promised, 'queue' | 'customer'>) => it.queue ?? homes.get(it.customer.userId) ?? queues[0]!
  const open = () => [...promises.values()].filter(({ result }) => result === undefined)
  const openOf = (userId: string) => open().filter(({ customer }) => customer.userId === userId)
  const askedFor = (it: Pick<Promised, 'queue' | 'customer' | 'isQuietOff' | 'attempts'>): Asked => ({
    queue: queueOf(it),
    customer: it.customer,
    isQuietOff: it.isQuietOff && it.attempts.length === 0,
  })
  const opening = (it: Parameters<typeof askedFor>[0], at: number) => firstAllowed(tables, askedFor(it), at)

  /** The moment at which a stretch of the hours begins. */
  function isOpening(it: Promised, at: number): boolean {
    const asked = askedFor(it)
    return isAllowed(tables, asked, at) && !isAllowed(tables, asked, at - minuteMs)
  }

  const openedAt = (it: Promised) => it.opened ?? opening(it, it.due) ?? Infinity

  /** It is due at another time from now on. */
  function putOff(it: Promised, due: number): void {
    it.due = due
    it.opened = undefined
  }

  function block(subject: string, until: number, now: number): Promised[] {
    blocks.set(subject, Math.max(until, blocks.get(subject) ?? 0))
    const taken = open().filter((it) => it.claimedBy === undefined && isBlocked(it.customer, now))
    for (const it of taken) it.result = 'blocked'
    return taken
  }

  return {
    promises,
    customers,
    blocks,
    homes,
    inCall,
    open,
    openOf,
    queueOf,
    isBlocked,
    opening,
    block,
    putOff,

    /** What must have ended by some time soon: the rest waits for hours that are far off, or never come, since its customer has moved on. */
    pending(now: number): Promised[] {
      const soon = now + 20 * 24 * 60 * minuteMs
      return open().filter(
        (it) => it.claimedBy !== undefined || (opening(it, Math.max(it.due, now)) ?? Infinity) < soon,
      )
    },

    /** Hours are about to change: what could be called by those of before has had its opening. */
    hoursChange(now: number): void {
      for (const it of open()) if (openedAt(it) <= now) it.opened = openedAt(it)
    },

    /** What is wrong with a call that an agent was just given. */
    wrongWith({ callback, agentId, now }: Claimed): string[] {
      const it = promises.get(callback.id)
      if (!it) return ['nobody promised it']
      const { retries, ownerWaitMinutes } = queueOf(it)
      const scheduledFor = callback.scheduledFor.getTime()
      const wasAccepted = callback.statusBeforeClaim === 'accepted'
      const wait = (it.ownerWaitMinutes ?? ownerWaitMinutes) * minuteMs
      const isAnothers = it.preferred !== null && it.preferred !== agentId
      // The promise of a call that was given back stands, whatever was told of that call.
      const tried = it.attempts.filter(({ isLate }) => !isLate)
      const lately = tried.filter(({ at }) => at > Math.max(now - 24 * 60 * minuteMs, it.putOffAt)).length
      const rules: [string, boolean][] = [
        ['outside the hours', !isAllowed(tables, askedFor(it), now)],
        ['on the do-not-call list', isBlocked(it.customer, now)],
        ['the customer is in a call', inCall.has(it.customer.userId)],
        ['the promise has ended', it.result !== undefined],
        ['somebody is calling', it.claimedBy !== undefined],
        ['before its time', !wasAccepted && now < scheduledFor],
        ['due before what was said', scheduledFor < it.due],
        ['due at another time than an opening', scheduledFor > it.due && !isOpening(it, scheduledFor)],
        ['too many attempts', tried.length >= Math.max(1, it.maxAttempts ?? retries.maxAttempts)],
        ['too many attempts in a day', !wasAccepted && lately >= retries.maxPerDay],
        ['only its agent calls', it.isOnly && isAnothers],
        ['its agent is waited for', !wasAccepted && isAnothers && now < openedAt(it) + wait],
      ]
      return rules.filter(([, isBroken]) => isBroken).map(([rule]) => rule)
    },

    /** What an outcome comes to, by which the promise goes on (`retry`) or has ended. */
    settle(
      it: Promised,
      startedAt: number,
      outcome: OutcomeType,
      now: number,
      isPromisedAgain: boolean,
    ): number | null {
      it.attempts.push({ at: startedAt, outcome })
      it.claimedBy = undefined
      const isInconclusive = results[outcome] === 'not_reached'
      const goesOn = isInconclusive && !isPromisedAgain && !it.wasReached && !isBlocked(it.customer, now)
      const queue = queueOf(it)
      const wanted =
        goesOn && nextAttempt(queue, it.maxAttempts ?? queue.retries.maxAttempts, it.attempts, outcome, now)
      const at = wanted ? opening(it, wanted) : null
      if (at === null) it.result = isInconclusive && it.wasReached ? 'reached_inbound' : results[outcome]
      else putOff(it, at)
      return at
    },

    /** A claim is given back. */
    giveBack(it: Promised, now: number): void {
      it.claimedBy = undefined
      if (it.wasReached) it.result = 'reached_inbound'
      else if (isBlocked(it.customer, now)) it.result = 'blocked'
    },

    /** What a refusal puts on the list. */
    refuse({ customer, queue }: { customer: Customer; queue: Queue }, outcome: OutcomeType, now: number): void {
      if (!queue.refusalsBlock || !refusals.has(outcome) || outcome === 'declined') return
      const { userId, phone } = customer
      if (outcome === 'do_not_call') block(`user:${userId}`, Infinity, now)
      if (phone) block(phone, Infinity, now)
    },

    /** Which promises an inbound call settles by its outcome, given when each is due by the rows. */
    settledBy(
      callId: string,
      { userId }: Customer,
      startedAt: number,
      outcome: OutcomeType,
      dueOf: Map<string, number>,
    ): Promised[] {
      return openOf(userId).filter((it) => {
        const rule = queueOf(it).inboundEnds
        if (!rule?.outcomes.includes(outcome)) return false
        if (it.madeInCall === callId || it.madeAt >= startedAt) return false
        return dueOf.get(it.id)! <= startedAt + rule.withinHours * 60 * minuteMs
      })
    },
  }
}

export type Ledger = ReturnType<typeof ledger>
