import { addMilliseconds, type Clock } from '@ringback/core'
import type { Audit } from '../report/audit.ts'
import { percentile, type PromiseFigures } from '../report/promises.ts'
import type { Centre } from './centre.ts'

interface ReportCallback {
  id: string
  userId: string
  scheduledFor: Date
  /** Accepting overwrites it. */
  preferredAgentId: number | null
  /** Whom the promise named when it was made. */
  promisedBy: number | null
  status: 'pending' | 'accepted' | 'completed'
  /** The calls for it that got an outcome, in the order in which they began. */
  calls: { agentId: number; startedAt: Date }[]
}

interface ReportEntry {
  id: number
  callback: ReportCallback
  agentId: number
  priorityScore: number
  availableFrom: Date
  isTaken: boolean
}

export interface ReportCentre extends Centre {
  /** How many entries were inserted. */
  entries(): number
  ticks(): number
  /** What became of the promises, as `auditPromises` tells of Ringback's. */
  audit(): Audit
  /** … and as the report on promises judges them. */
  promiseFigures(): PromiseFigures
}

const minuteMs = 60_000
const punctualWithinSeconds = 300
const scores = { callback: -1000, accepted: -2000 }

/**
 * The cron route that Ringback replaces, by its own rules. Every minute it looks for callbacks that are due in four to
 * six minutes, and for all that are overdue and not completed, and inserts an entry for each, whatever it has inserted before:
 * for the preferred agent if that one is available, else for the first agent who is, else for the preferred one all the
 * same. Without anybody it inserts nothing. An entry stays with its agent. Accepting removes the entries of the customer and
 * inserts one that goes first. A callback is pending or accepted until an outcome completes it, also while it is called.
 *
 * How an agent takes its next call the route does not say. Here the agent has the first of its entries that has fallen due
 * and whose callback is not completed: that is the kindest reading, since what else was inserted for it would be called again.
 */
export function reportCentre(clock: Clock): ReportCentre {
  const callbacks: ReportCallback[] = []
  const sessions = new Map<number, 'available' | 'busy'>()
  const agentIds: number[] = []
  const calls = new Map<string, { entry: ReportEntry; startedAt: Date }>()
  let waiting: ReportEntry[] = []
  let inserted = 0
  let calledIds = 0
  let ticks = 0

  const isOpen = ({ status }: ReportCallback) => status !== 'completed'

  function insert(entry: Omit<ReportEntry, 'id' | 'isTaken'>) {
    waiting.push({ ...entry, id: inserted++, isTaken: false })
  }

  function chooseAgent({ preferredAgentId }: ReportCallback): number | null {
    if (preferredAgentId !== null && sessions.get(preferredAgentId) === 'available') return preferredAgentId
    return agentIds.find((agentId) => sessions.get(agentId) === 'available') ?? preferredAgentId
  }

  function isDue({ status, scheduledFor }: ReportCallback, now: Date): boolean {
    const aheadMs = scheduledFor.getTime() - now.getTime()
    if (status === 'completed') return false
    return aheadMs < 0 || (status === 'pending' && aheadMs >= 4 * minuteMs && aheadMs <= 6 * minuteMs)
  }

  /** The entries of an agent that can be had, first things first. */
  function entriesOf(agentId: number): ReportEntry[] {
    const now = clock.now()
    return waiting
      .filter((entry) => entry.agentId === agentId && entry.availableFrom <= now && isOpen(entry.callback))
      .toSorted(
        (a, b) =>
          a.priorityScore - b.priorityScore || a.availableFrom.getTime() - b.availableFrom.getTime() || a.id - b.id,
      )
  }

  const firstCalls = () =>
    callbacks.flatMap((callback) => (isOpen(callback) ? [] : [{ callback, call: callback.calls[0]! }]))
  const latenessOf = ({ callback, call }: ReturnType<typeof firstCalls>[number]) =>
    (call.startedAt.getTime() - callback.scheduledFor.getTime()) / 1_000

  return {
    now: () => clock.now(),
    async addCustomer() {},
    async addAgent({ agentId }) {
      agentIds.push(agentId)
      agentIds.sort((a, b) => a - b)
    },
    async putSession(agentId, status) {
      sessions.set(agentId, status)
    },
    async closeSession(agentId) {
      sessions.delete(agentId)
    },
    heartbeat: async (agentId) => sessions.has(agentId),
    beginCall: async () => `call ${calledIds++}`,
    async endCall() {},
    async resolveCall({ callSessionId, agentId }) {
      const call = calls.get(callSessionId)
      if (call) {
        const { callback } = call.entry
        callback.status = 'completed'
        callback.calls.push({ agentId: call.entry.agentId, startedAt: call.startedAt })
        callback.calls.sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime())
        // Nobody takes these any more.
        waiting = waiting.filter((entry) => entry.callback !== callback)
      }
      if (agentId !== undefined && sessions.has(agentId)) sessions.set(agentId, 'available')
    },
    async promise({ userId, scheduledFor, preferredAgentId = null }) {
      const callback: ReportCallback = {
        id: `callback ${callbacks.length}`,
        userId,
        scheduledFor,
        preferredAgentId,
        promisedBy: preferredAgentId,
        status: 'pending',
        calls: [],
      }
      callbacks.push(callback)
      return callback
    },
    hasOpenPromise: async (userId) => callbacks.some((callback) => callback.userId === userId && isOpen(callback)),
    async acceptWhatIsDue(agentId) {
      const now = clock.now()
      const due = entriesOf(agentId)
        .filter(({ callback }) => callback.status === 'pending' && callback.scheduledFor <= now)
        .toSorted((a, b) => a.callback.scheduledFor.getTime() - b.callback.scheduledFor.getTime())
      const callback = due[0]?.callback
      if (!callback) return
      waiting = waiting.filter((entry) => entry.callback.userId !== callback.userId)
      callback.status = 'accepted'
      callback.preferredAgentId = agentId
      insert({ callback, agentId, priorityScore: scores.accepted, availableFrom: now })
    },
    async claimNextCall(agentId) {
      const [entry] = entriesOf(agentId)
      if (!entry) return undefined
      waiting = waiting.filter((other) => other !== entry)
      const callSessionId = `call ${calledIds++}`
      calls.set(callSessionId, { entry, startedAt: clock.now() })
      sessions.set(agentId, 'busy')
      return { callSessionId, callbackId: entry.callback.id }
    },
    async runMinute() {
      const now = clock.now()
      ticks += 1
      for (const callback of callbacks) {
        if (!isDue(callback, now)) continue
        const agentId = chooseAgent(callback)
        if (agentId === null) continue
        insert({ callback, agentId, priorityScore: scores.callback, availableFrom: callback.scheduledFor })
      }
    },
    async settle() {},
    entries: () => inserted,
    ticks: () => ticks,
    audit() {
      const called = firstCalls()
      const lateness = called.map(latenessOf).toSorted((a, b) => a - b)
      const byPreferredAgent = called.filter(({ callback, call }) => call.agentId === callback.promisedBy).length
      return {
        promised: callbacks.length,
        called: called.length,
        open: callbacks.filter(isOpen).length,
        lost: 0,
        doubled: callbacks.reduce((sum, callback) => sum + Math.max(0, callback.calls.length - 1), 0),
        latenessSeconds: {
          p50: percentile(lateness, 0.5),
          p95: percentile(lateness, 0.95),
          max: lateness.at(-1) ?? null,
        },
        calledWithin5Minutes: lateness.filter((seconds) => seconds <= 300).length,
        byPreferredAgent,
        bySubstitute: called.length - byPreferredAgent,
        inDatabase: callbacks.length,
      }
    },
    promiseFigures() {
      const lateness = firstCalls()
        .map(latenessOf)
        .toSorted((a, b) => a - b)
      const isMissed = (callback: ReportCallback) =>
        isOpen(callback) && addMilliseconds(callback.scheduledFor, punctualWithinSeconds * 1_000) < clock.now()
      const early = lateness.filter((seconds) => seconds < -punctualWithinSeconds).length
      const late = lateness.filter((seconds) => seconds > punctualWithinSeconds).length
      const kept = lateness.length - early - late
      const broken = callbacks.filter(isMissed).length
      const over = kept + early + late + broken
      return {
        kept,
        early,
        late,
        broken,
        punctuality: over === 0 ? null : (kept / over) * 100,
        latenessSeconds: { p50: percentile(lateness, 0.5), p95: percentile(lateness, 0.95) },
      }
    },
  }
}
