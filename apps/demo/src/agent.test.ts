import { pino } from 'pino'
import { expect, test } from 'vitest'
import { type AgentDeps, demoAgent } from './agent.ts'
import { businessDay } from './day.ts'
import { seededRandom } from './random.ts'
import type { ClaimedCall, Result } from './ringback.ts'

const now = new Date('2026-03-02T10:00:00Z')
const yes = <T>(value: T): Result<T> => ({ ok: true, value })
const claimedCall: ClaimedCall = {
  queueEntry: { id: '1', userId: '1001', callbackId: 'c1' },
  callback: { id: 'c1', userId: '1001', scheduledFor: now },
  callSessionId: 's1',
  resumed: false,
}

/** An agent at a desktop where everything succeeds, unless told otherwise, and takes no time. */
function agentWith(overrides: Partial<AgentDeps['ringback']> = {}) {
  const calls: string[] = []
  const pauses: number[] = []
  const events: string[] = []
  const note = <T>(name: string, value: T) => {
    calls.push(name)
    return Promise.resolve(yes(value))
  }
  const ringback: AgentDeps['ringback'] = {
    putSession: (_agentId, status) => note(`session ${status}`, null),
    endSession: () => note('session ended', null),
    heartbeat: () => note('heartbeat', null),
    pendingCallbacks: () => note('pending callbacks', []),
    claimNextCall: () => note('claim', claimedCall),
    accept: () => note('accept', null),
    snooze: () => note('snooze', null),
    release: () => note('release', null),
    openInboundCall: () => note('inbound', 's2'),
    hearOfCall: ({ status }) => note(`telephony ${status}`, true),
    recordOutcome: () => note('outcome', null),
    ...overrides,
  }
  const clock = {
    now: () => now,
    sleep: async () => {},
    pause: async (seconds: number) => {
      pauses.push(seconds)
    },
  }
  const log = pino({}, { write: (line: string) => events.push(JSON.parse(line).msg) })
  const agent = demoAgent({
    agentId: 3,
    ringback,
    clock,
    random: seededRandom(4),
    day: businessDay({ startedAt: now }),
    log,
  })
  const steps = async (count: number) => {
    for (let step = 0; step < count; step += 1) await agent.step()
  }
  return { agent, steps, calls, pauses, events }
}

test('the first step logs in; only then does the desktop beat', async () => {
  const { agent, calls } = agentWith()
  await agent.heartbeat()
  expect(calls).toEqual([])
  await agent.step()
  await agent.heartbeat()
  expect(calls).toEqual(['session available', 'heartbeat'])
})

test('every call ends in telephony, or is given back; what nobody answered telephony tells, all else the agent', async () => {
  const { steps, calls } = agentWith()
  await steps(2_000)
  const count = (...names: string[]) => calls.filter((call) => names.includes(call)).length
  expect(count('claim')).toBeGreaterThan(500)
  expect(count('inbound')).toBeGreaterThan(100)
  const unanswered = count(...['no_answer', 'busy', 'voicemail', 'failed'].map((status) => `telephony ${status}`))
  expect(unanswered).toBeGreaterThan(0.1 * count('claim'))
  expect(count('telephony completed') + unanswered + count('release')).toBe(count('claim') + count('inbound'))
  expect(count('outcome')).toBeGreaterThan(0.9 * count('telephony completed'))
  expect(count('outcome')).toBeLessThan(count('telephony completed'))
  expect(calls).toEqual(expect.arrayContaining(['release', 'session away', 'session wrap_up', 'session ended']))
})

test('what telephony has not told, as of a call that it knows otherwise, the agent says', async () => {
  const { steps, calls } = agentWith({ hearOfCall: async () => yes(false) })
  await steps(500)
  const claimed = calls.filter((call) => call === 'claim' || call === 'inbound').length
  expect(calls.filter((call) => call === 'outcome').length).toBeGreaterThan(0.9 * claimed)
})

test('an agent whose session was closed logs in again', async () => {
  const { steps, events } = agentWith({
    claimNextCall: async () => ({ ok: false, status: 409, code: 'agent-not-logged-in' }),
  })
  await steps(200)
  expect(events.filter((event) => event === 'agent session was closed').length).toBeGreaterThan(20)
  const closed = events.indexOf('agent session was closed')
  expect(events[closed + 1]).toBe('agent logged in')
})

test('an empty queue is asked again only after a pause', async () => {
  const { steps, pauses, calls } = agentWith({ claimNextCall: async () => yes(null) })
  await steps(300)
  expect(calls).not.toContain('release')
  expect(pauses.length).toBeGreaterThan(200)
})

test('a refused login is tried again only after a pause', async () => {
  const { steps, pauses, events } = agentWith({
    putSession: async () => ({ ok: false, status: 404, code: 'agent-not-found' }),
  })
  await steps(5)
  expect(pauses).toHaveLength(5)
  expect(events).toEqual([])
})

test('a callback that is due is accepted or snoozed, one at a look', async () => {
  const { steps, calls, events } = agentWith({
    pendingCallbacks: async () =>
      yes([
        { id: 'c1', userId: '1001', scheduledFor: now },
        { id: 'c2', userId: '1002', scheduledFor: new Date(now.getTime() + 300_000) },
      ]),
  })
  await steps(500)
  expect(calls.filter((call) => call === 'accept').length).toBeGreaterThan(50)
  expect(calls.filter((call) => call === 'snooze').length).toBeGreaterThan(10)
  expect(events).toContain('callback accepted')
  expect(events).toContain('callback snoozed')
})

test('losing the race for a callback is no event of its own', async () => {
  const { steps, events } = agentWith({
    pendingCallbacks: async () => yes([{ id: 'c1', userId: '1001', scheduledFor: now }]),
    accept: async () => ({ ok: false, status: 409, code: 'callback-not-pending' }),
  })
  await steps(200)
  expect(events).not.toContain('callback accepted')
  expect(events).not.toContain('agent session was closed')
})
