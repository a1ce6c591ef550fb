import { cronRuns } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  acceptCallback,
  claimNextCall,
  closeSession,
  deleteUser,
  getCallback,
  monitor,
  noteRoutingFailure,
  putAgent,
  putQueueUser,
  recordOutcome,
  routeGroup,
  scanDue,
  scheduleCallback,
  snoozeCallback,
  startCall,
  tick,
} from '../index.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

const minutes = (count: number) => count * 60_000
const due = async () => {
  const ids: string[] = []
  for await (const page of scanDue(engine.deps, engine.time.now()))
    ids.push(...page.callbacks.map(({ callbackId }) => callbackId))
  return ids
}
/** A tick whose jobs are done at once. */
async function runTick() {
  const runId = await tick({ ...engine.deps, routing: { add: refuse, close: refuse } }, { trigger: 'manual' })
  return (await cronRuns.get(engine.sql, runId))!
}
const refuse = () => Promise.reject(new Error('Redis is away'))

describe('accept', () => {
  test('of a promise to a deleted customer is refused', async () => {
    const agentId = await engine.addAgent('available')
    const { id, userId } = await engine.addCallback()
    await deleteUser(engine.deps, userId)
    await expect(acceptCallback(engine.deps, { callbackId: id, agentId })).rejects.toMatchObject({
      code: 'unknown-user',
    })
  })

  test('again is refused once the entry lies with another agent, and takes it back from nobody', async () => {
    const agentId = await engine.addAgent('available')
    const { id } = await engine.addCallback({ preferredAgentId: agentId })
    await acceptCallback(engine.deps, { callbackId: id, agentId })
    await closeSession(engine.deps, agentId)
    await engine.route(id)
    expect(await engine.entryOf(id)).toMatchObject({ assignedToAgentId: null })
    await engine.sql`insert into agent_sessions (agent_id, status, status_since, login_at, last_seen_at)
      select ${agentId}, 'busy', t, t, t from (select ${engine.time.now()}::timestamptz as t) now`
    const again = await acceptCallback(engine.deps, { callbackId: id, agentId })
    expect(again.queueEntry).toMatchObject({ assignedToAgentId: agentId })
    await engine.sql`update call_queue set assigned_to_agent_id = ${await engine.addAgent('available')} where callback_id = ${id}`
    await expect(acceptCallback(engine.deps, { callbackId: id, agentId })).rejects.toMatchObject({
      code: 'callback-not-pending',
    })
  })

  test('of another promise of the customer gives the place back when that one is kept', async () => {
    const [first, second] = [await engine.addAgent('available'), await engine.addAgent('available')]
    const early = await engine.addCallback({ inMinutes: 7 * 24 * 60 })
    await acceptCallback(engine.deps, { callbackId: early.id, agentId: first })
    const late = await engine.addCallback({ userId: early.userId })
    await acceptCallback(engine.deps, { callbackId: late.id, agentId: second })
    expect(await engine.callback(early.id)).toMatchObject({ status: 'accepted', isQueued: false })
    const call = (await claimNextCall(engine.deps, { agentId: second }))!
    await recordOutcome(engine.deps, { callSessionId: call.callSessionId, outcomeType: 'resolved' })
    expect(await claimNextCall(engine.deps, { agentId: first })).toMatchObject({ callback: { id: early.id } })
  })
})

test('a promise names a call of its own customer, and a snooze an agent who exists', async () => {
  const [userId, other] = [await engine.addUser(), await engine.addUser()]
  const { session } = await startCall(engine.deps, { userId: other, direction: 'inbound' })
  const promise = { userId, scheduledFor: engine.time.now() }
  await expect(scheduleCallback(engine.deps, { ...promise, originalCallSessionId: session.id })).rejects.toMatchObject({
    code: 'unknown-call-session',
  })
  const { id } = await scheduleCallback(engine.deps, promise)
  await expect(snoozeCallback(engine.deps, { callbackId: id, agentId: 999, minutes: 5 })).rejects.toMatchObject({
    code: 'unknown-agent',
  })
})

describe('an agent who is deactivated with an open session', () => {
  test('claims nothing, and loses the call and everything accepted', async () => {
    const agentId = await engine.addAgent('available')
    const held = await engine.addCallback({ inMinutes: -1, preferredAgentId: agentId })
    await engine.route(held.id)
    await claimNextCall(engine.deps, { agentId })
    const { id } = await engine.addCallback()
    await acceptCallback(engine.deps, { callbackId: id, agentId })
    await putAgent(engine.deps, { agentId, firstName: 'A', lastName: 'B', isActive: false })
    expect(await engine.callback(held.id)).toMatchObject({ status: 'pending' })
    await expect.poll(async () => (await engine.entryOf(id))?.assignedToAgentId).toBe(agentId)
    await routeGroup(engine.deps, [{ callbackId: id, runId: null }])
    expect(await engine.entryOf(id)).toMatchObject({ status: 'pending' })
  })

  test('by hand, claims nothing and is found by the next tick', async () => {
    const agentId = await engine.addAgent('available')
    const { id } = await engine.addCallback({ inMinutes: -1, preferredAgentId: agentId })
    await engine.route(id)
    await engine.sql`update agents set is_active = false`
    await expect(claimNextCall(engine.deps, { agentId })).rejects.toMatchObject({ code: 'agent-not-logged-in' })
    expect(await due()).toEqual([id])
  })
})

describe('a callback that its agent leaves lying', () => {
  test('leaves an agent who is idle then', async () => {
    const [agentId, leaving] = [await engine.addAgent('available'), await engine.addAgent('available')]
    const left = await engine.addCallback({ inMinutes: -1, preferredAgentId: agentId })
    const other = await engine.addCallback({ preferredAgentId: leaving })
    await engine.route(left.id, other.id)
    engine.time.advance(minutes(5) + 1)
    await engine.sql`update agent_sessions set last_seen_at = ${engine.time.now()}`
    await engine.sql`update agent_sessions set status = 'away' where agent_id = ${leaving}`
    await engine.route(left.id, other.id)
    expect(await engine.entryOf(left.id)).toMatchObject({ assignedToAgentId: null })
    expect(await engine.entryOf(other.id)).toMatchObject({ assignedToAgentId: agentId })
  })

  test.each(['assigned', 'accepted'])('is open to all after five minutes, also when it is %s', async (how) => {
    const agentId = await engine.addAgent('available')
    const { id } = await engine.addCallback({ preferredAgentId: agentId })
    if (how === 'accepted') await acceptCallback(engine.deps, { callbackId: id, agentId })
    else await engine.route(id)
    engine.time.advance(minutes(5))
    await engine.sql`update agent_sessions set last_seen_at = ${engine.time.now()}`
    expect(await due()).toEqual([])
    engine.time.advance(1)
    expect(await due()).toEqual([id])
    await engine.route(id)
    expect(await engine.entryOf(id)).toMatchObject({ status: 'pending', escalatedAt: engine.time.now() })
    expect((await getCallback(engine.deps, id)).history.at(-1)).toMatchObject({
      kind: 'escalated',
      details: { fromAgentId: agentId },
    })
    const { alerts } = await monitor(engine.deps, { hours: 1 })
    expect(alerts.map(({ name }) => name)).toContain('callbacks-escalated')
    expect(await due()).toEqual([])
    const other = await engine.addAgent('available')
    expect(await engine.entryOf(id)).toMatchObject({ assignedToAgentId: null })
    expect(await claimNextCall(engine.deps, { agentId: other })).toMatchObject({ callback: { id } })
  })

  test('never is when the setting says so', async () => {
    await using patient = await openTestEngine({ rules: { openToAllAfterMs: 0, agentTimeoutMs: 0 } })
    const agentId = await patient.addAgent('available')
    const { id } = await patient.addCallback({ preferredAgentId: agentId })
    await patient.route(id)
    patient.time.advance(minutes(500))
    expect(await patient.route(id)).toMatchObject([{ agentId }])
  })
})

describe('a tick', () => {
  test('counts a callback that finds no place once for the same reason', async () => {
    const deleted = await engine.addCallback()
    await deleteUser(engine.deps, deleted.userId)
    const first = await engine.addCallback({ inMinutes: -1 })
    await engine.route(first.id)
    await engine.addCallback({ userId: first.userId })
    expect(await runTick()).toMatchObject({ settled: 2, processed: 2, errors: 1, deferred: 1 })
    engine.time.advance(minutes(1)) // What is deferred is not tried again sooner.
    expect(await runTick()).toMatchObject({ settled: 2, processed: 0, errors: 0, deferred: 0 })
  })

  test('counts a job once, however often it is done, and ends', async () => {
    const { id } = await engine.addCallback()
    const runId = await tick(
      { ...engine.deps, routing: { add: async (jobs) => jobs.length, close: refuse } },
      { trigger: 'manual' },
    )
    const job = { callbackId: id, runId }
    await routeGroup(engine.deps, [job, job])
    await routeGroup(engine.deps, [job])
    await noteRoutingFailure(engine.deps, { ...job, reason: 'an answer was lost' })
    const run = await cronRuns.get(engine.sql, runId)
    expect(run).toMatchObject({ settled: 1, processed: 1, notified: 1, errors: 0, finishedAt: engine.time.now() })
    expect(await engine.callback(id)).toMatchObject({ routingFailures: 0 })
  })

  test('that is finished counts no more', async () => {
    const { id } = await engine.addCallback()
    const run = await runTick()
    const more = { settled: 1, processed: 1, notified: 1, routed: 0, unassigned: 0, deferred: 0, errors: 0 }
    await cronRuns.addTally(engine.sql, run.id, more, engine.time.now())
    expect(await cronRuns.get(engine.sql, run.id)).toEqual(run)
    expect(id).toBeDefined()
  })

  test('forgets failures of a callback that is well in a queue', async () => {
    const { id } = await engine.addCallback()
    await engine.route(id)
    await engine.sql`update callbacks set routing_failures = 3, retry_at = ${engine.time.now()}`
    await runTick()
    expect(await engine.callback(id)).toMatchObject({ routingFailures: 0, retryAt: null, isQueued: true })
  })

  test('queues the earlier of two promises of a customer, whichever is routed first', async () => {
    const first = await engine.addCallback({ inMinutes: -1 })
    const second = await engine.addCallback({ userId: first.userId })
    expect(await engine.route(second.id)).toEqual([{ kind: 'deferred' }])
    expect(await engine.route(first.id)).toMatchObject([{ kind: 'queued' }])
  })
})

test('a group waits no longer than a second or two for rows that another transaction has', async () => {
  const callbacks = await Promise.all(Array.from({ length: 8 }, () => engine.addCallback()))
  const jobs = callbacks.map(({ id }) => ({ callbackId: id, runId: null }))
  await engine.sql.begin(async (sql) => {
    await sql`select from callbacks where id = ${callbacks[0]!.id} for update`
    const beganAt = performance.now()
    const results = await routeGroup(engine.deps, jobs)
    expect(performance.now() - beganAt).toBeLessThan(8_000)
    expect(results[0]).toBeInstanceOf(Error)
    expect(results.slice(1).every((result) => !(result instanceof Error) && result.kind === 'queued')).toBe(true)
    await noteRoutingFailure(engine.deps, { ...jobs[0]!, reason: 'held' })
    expect(performance.now() - beganAt).toBeLessThan(9_500)
  })
})

test('an ordinary customer is put into a queue while a promise of the customer is displaced', async () => {
  const agentId = await engine.addAgent('available')
  const { id, userId } = await engine.addCallback({ inMinutes: 60 })
  await acceptCallback(engine.deps, { callbackId: id, agentId })
  await deleteUser(engine.deps, userId)
  await engine.sql`insert into users (id, name, created_at, updated_at) values (${userId}, 'U', now(), now())`
  const entry = await putQueueUser(engine.deps, { userId, queueType: 'unsigned_users', priorityScore: 1 })
  expect(entry).toMatchObject({ callbackId: id, assignedToAgentId: agentId })
})
