import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { acceptCallback } from '../callbacks/accept.ts'
import { deleteUser, getCallback, putQueueUser, putSession, putUser } from '../index.ts'
import { claimNextCall } from '../queue/claim-next-call.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

const lastEvent = async (id: string) => (await getCallback(engine.deps, id)).history.at(-1)

test('an accepted callback that is in no queue is left alone until its time has come', async () => {
  const agentId = await engine.addAgent('available')
  const { id } = await engine.addCallback({ inMinutes: 60 })
  await acceptCallback(engine.deps, { callbackId: id, agentId })
  await engine.breakRows(async (sql) => {
    await sql`update call_queue set status = 'removed', ended_at = ${engine.time.now()}`
    await sql`update callbacks set is_queued = false`
  })
  engine.time.advance(59 * 60_000)
  expect(await engine.route(id)).toEqual([{ kind: 'left' }])
  engine.time.advance(60_001)
  expect(await engine.route(id)).toMatchObject([{ kind: 'queued' }])
})

describe('routing gives a callback', () => {
  test('to the preferred agent when active and available', async () => {
    await engine.addAgent('available')
    const preferred = await engine.addAgent('available')
    const { id } = await engine.addCallback({ preferredAgentId: preferred })
    const [result] = await engine.route(id)
    expect(result).toEqual({ kind: 'queued', agentId: preferred, isSubstitute: false })
  })

  test.each(['busy', 'away', 'wrap_up', undefined] as const)(
    'to a substitute when the preferred agent is %s',
    async (status) => {
      const preferred = await engine.addAgent(status)
      const substitute = await engine.addAgent('available')
      const { id } = await engine.addCallback({ preferredAgentId: preferred })
      expect(await engine.route(id)).toEqual([{ kind: 'queued', agentId: substitute, isSubstitute: true }])
    },
  )

  test.each(['available', 'busy', 'away', 'wrap_up', undefined] as const)(
    'and says how its preferred agent was found: %s',
    async (status) => {
      const preferred = await engine.addAgent(status)
      await engine.addAgent('available')
      const { id } = await engine.addCallback({ preferredAgentId: preferred })
      await engine.route(id)
      expect(await lastEvent(id)).toMatchObject({
        kind: 'queued',
        details: { preferredStanding: status ?? 'gone', isSubstitute: status !== 'available' },
      })
    },
  )

  test('and says that nobody was preferred', async () => {
    await engine.addAgent('available')
    const { id } = await engine.addCallback()
    await engine.route(id)
    expect(await lastEvent(id)).toMatchObject({ kind: 'queued', details: { preferredStanding: null } })
  })

  test('not to an agent whose heartbeat is lost', async () => {
    const lost = await engine.addAgent('available')
    engine.time.advance(90_001)
    const present = await engine.addAgent('available')
    const { id } = await engine.addCallback({ preferredAgentId: lost })
    expect(await engine.route(id)).toMatchObject([{ agentId: present }])
  })

  test('to the substitute with the fewest live assigned callbacks, then available for the longest time, then the lowest id', async () => {
    const third = await engine.addAgent('available')
    const fourth = await engine.addAgent('available')
    engine.time.advance(-60_000)
    const first = await engine.addAgent('available')
    const second = await engine.addAgent('available')
    engine.time.advance(60_000)
    const given = []
    for (let n = 0; n < 5; n++) {
      const { id } = await engine.addCallback()
      given.push(...(await engine.route(id)))
    }
    expect(given.map((result) => result.kind === 'queued' && result.agentId)).toEqual([
      first,
      second,
      third,
      fourth,
      first,
    ])
  })

  test('to nobody when nobody is available, and warns', async () => {
    await engine.addAgent('busy')
    const { id } = await engine.addCallback()
    expect(await engine.route(id)).toEqual([{ kind: 'queued', agentId: null, isSubstitute: false }])
    expect(await engine.entryOf(id)).toMatchObject({ status: 'pending', assignedToAgentId: null, assignedAt: null })
    expect(engine.logged).toContainEqual(
      expect.objectContaining({ level: 40, msg: 'no agent available for callbacks' }),
    )
  })
})

test('the queue entry of a callback says what the report says', async () => {
  const agentId = await engine.addAgent('available')
  const userId = await engine.addUser()
  const callback = await engine.addCallback({ userId, inMinutes: 5, callbackReason: 'asked for a quote' })
  const plain = await engine.addCallback()
  await engine.route(callback.id, plain.id)
  expect(await engine.entryOf(callback.id)).toMatchObject({
    userId,
    queueType: 'outstanding_requests',
    priorityScore: -1000,
    queueReason: 'Callback: asked for a quote',
    assignedToAgentId: agentId,
    assignedAt: engine.time.now(),
    callbackId: callback.id,
    availableFrom: callback.scheduledFor,
    status: 'assigned',
  })
  expect((await engine.entryOf(plain.id))?.queueReason).toBe('Callback: Scheduled callback')
})

test('a callback goes into the queue type of its user, in the place of the ordinary entry', async () => {
  const { id, userId } = await engine.addCallback()
  const ordinary = await putQueueUser(engine.deps, { userId, queueType: 'unsigned_users', priorityScore: 7 })
  await engine.route(id)
  expect((await engine.entryOf(id))?.queueType).toBe('unsigned_users')
  const live = await engine.sql`select id from call_queue where user_id = ${userId} and ended_at is null`
  expect(live).toHaveLength(1)
  expect(live[0]?.id).not.toBe(ordinary.id)
})

test('routing the same callback again, also at the same moment, leaves one live entry', async () => {
  await engine.addAgent('available')
  const { id } = await engine.addCallback()
  await Promise.all([engine.route(id), engine.route(id), engine.route(id)])
  await engine.route(id)
  const entries = await engine.sql`select * from call_queue where callback_id = ${id}`
  expect(entries).toHaveLength(1)
  const { history } = await getCallback(engine.deps, id)
  expect(history.map((row) => row.kind)).toEqual(['scheduled', 'queued'])
})

test('a callback whose user is put into a queue at the same moment takes that place', async () => {
  await engine.addAgent('available')
  const { id, userId } = await engine.addCallback()
  expect(await engine.meetingEntryOf(userId, () => engine.route(id))).toMatchObject([{ kind: 'queued' }])
  const live = await engine.sql`select callback_id from call_queue where user_id = ${userId} and ended_at is null`
  expect(live).toEqual([{ callbackId: id }])
})

describe('a callback is deferred', () => {
  test('while its user is in a call', async () => {
    const agentId = await engine.addAgent('available')
    const { id, userId } = await engine.addCallback()
    await putQueueUser(engine.deps, { userId, queueType: 'outstanding_requests', priorityScore: 0 })
    await claimNextCall(engine.deps, { agentId })
    expect(await engine.route(id)).toEqual([{ kind: 'deferred' }])
  })

  test('while another callback of its user is in a queue, or goes there in the same group', async () => {
    const first = await engine.addCallback()
    const second = await engine.addCallback({ userId: first.userId, inMinutes: 1 })
    const third = await engine.addCallback({ userId: first.userId, inMinutes: 2 })
    expect(await engine.route(second.id, first.id)).toMatchObject([{ kind: 'deferred' }, { kind: 'queued' }])
    expect(await engine.route(third.id)).toEqual([{ kind: 'deferred' }])
  })
})

test('a callback that is deferred in a group takes no agent from the others', async () => {
  const first = await engine.addAgent('available')
  const second = await engine.addAgent('available')
  const callback = await engine.addCallback()
  const twin = await engine.addCallback({ userId: callback.userId, inMinutes: 1 })
  const other = await engine.addCallback({ inMinutes: 2 })
  expect(await engine.route(callback.id, twin.id, other.id)).toMatchObject([
    { agentId: first },
    { kind: 'deferred' },
    { agentId: second },
  ])
})

test('a callback whose user is gone fails, leaves one history row that counts, and holds up nobody', async () => {
  const gone = await engine.addCallback()
  const other = await engine.addCallback()
  await deleteUser(engine.deps, gone.userId)
  for (let n = 0; n < 3; n++) {
    const [failed, routed] = await engine.route(gone.id, other.id)
    expect(failed).toEqual({ kind: 'failed', reason: 'unknown-user' })
    expect(routed?.kind).toBe('queued')
  }
  const { history } = await getCallback(engine.deps, gone.id)
  expect(history.map((row) => row.kind)).toEqual(['scheduled', 'routing_failed'])
  expect(history[1]?.details).toMatchObject({ reason: 'unknown-user', times: 3 })

  await putUser(engine.deps, { userId: gone.userId, name: 'Back again' })
  expect(await engine.route(gone.id)).toMatchObject([{ kind: 'queued' }])
})

test.each(['completed', 'cancelled'] as const)(
  'a job for a callback that is %s by now changes nothing',
  async (status) => {
    const { id } = await engine.addCallback()
    await engine.sql`
    insert into call_sessions (id, user_id, direction, started_at, created_at)
    select id, user_id, 'outbound', created_at, created_at from callbacks where id = ${id}`
    await engine.sql`
    update callbacks set status = ${status},
      completed_at = case when ${status} = 'completed' then created_at end,
      completed_call_session_id = case when ${status} = 'completed' then id end,
      cancelled_at = case when ${status} = 'cancelled' then created_at end
    where id = ${id}`
    expect(await engine.route(id)).toEqual([{ kind: 'left' }])
    expect(await engine.entryOf(id)).toBeUndefined()
  },
)

test('a job for a callback that was moved to a later time changes nothing', async () => {
  const { id } = await engine.addCallback({ inMinutes: 7 })
  expect(await engine.route(id)).toEqual([{ kind: 'left' }])
})

describe('an assigned entry is routed again', () => {
  async function assigned(inMinutes = 0) {
    const agentId = await engine.addAgent('available')
    const { id } = await engine.addCallback({ inMinutes, preferredAgentId: agentId })
    await engine.route(id)
    return { id, agentId }
  }

  test('when its agent has gone away', async () => {
    const { id, agentId } = await assigned()
    await putSession(engine.deps, { agentId, status: 'away' })
    const other = await engine.addAgent('available')
    expect(await engine.route(id)).toEqual([{ kind: 'queued', agentId: other, isSubstitute: true }])
    expect((await engine.entryOf(id))?.assignedToAgentId).toBe(other)
    expect(await lastEvent(id)).toMatchObject({
      kind: 'rerouted',
      agentId: other,
      details: { because: 'agent-gone', fromAgentId: agentId, isSubstitute: true, preferredStanding: 'away' },
    })
  })

  test('to nobody when its agent has lost its heartbeat and nobody else is available', async () => {
    const { id } = await assigned()
    engine.time.advance(90_001)
    expect(await engine.route(id)).toEqual([{ kind: 'queued', agentId: null, isSubstitute: false }])
    expect(await engine.entryOf(id)).toMatchObject({ status: 'pending', assignedToAgentId: null })
  })

  test('when it is over 60 s past due, its agent is busy and another one is available; not sooner', async () => {
    const { id, agentId } = await assigned()
    await putSession(engine.deps, { agentId, status: 'busy' })
    const other = await engine.addAgent('available')
    engine.time.advance(60_000)
    expect(await engine.route(id)).toMatchObject([{ agentId }])
    engine.time.advance(1)
    expect(await engine.route(id)).toMatchObject([{ agentId: other }])
  })

  test('never from a busy agent when nobody else is available', async () => {
    const { id, agentId } = await assigned()
    await putSession(engine.deps, { agentId, status: 'busy' })
    engine.time.advance(80_000)
    expect(await engine.route(id)).toMatchObject([{ agentId }])
  })

  test('when it is accepted only if its agent is gone', async () => {
    const { id, agentId } = await assigned()
    await acceptCallback(engine.deps, { callbackId: id, agentId })
    await putSession(engine.deps, { agentId, status: 'busy' })
    await engine.addAgent('available')
    engine.time.advance(80_000)
    expect(await engine.route(id)).toMatchObject([{ agentId }])
    await putSession(engine.deps, { agentId, status: 'away' })
    const [result] = await engine.route(id)
    expect(result).not.toMatchObject({ agentId })
    expect((await engine.entryOf(id))?.priorityScore).toBe(-2000)
  })
})

test('overdue callbacks of a busy agent are shared: one for each idle agent, the rest for whoever is free first', async () => {
  const busy = await engine.addAgent('available')
  const overdue = []
  for (let n = 0; n < 4; n++) overdue.push((await engine.addCallback({ preferredAgentId: busy })).id)
  await engine.route(...overdue)
  await putSession(engine.deps, { agentId: busy, status: 'busy' })
  engine.time.advance(60_001)
  const idle = await engine.addAgent('available')
  expect((await engine.route(...overdue)).map((result) => result.kind === 'queued' && result.agentId)).toEqual(
    expect.arrayContaining([idle, null, null, null]),
  )
  const owners = await Promise.all(overdue.map(async (id) => (await engine.entryOf(id))?.assignedToAgentId))
  expect(owners.filter((owner) => owner === idle)).toHaveLength(1)
  expect(owners.filter((owner) => owner === null)).toHaveLength(3)
})

test('the first unassigned callback is given to an agent at the moment of becoming available', async () => {
  const agentId = await engine.addAgent('busy')
  const later = await engine.addCallback({ inMinutes: 2 })
  const first = await engine.addCallback({ inMinutes: 1 })
  await engine.route(later.id, first.id)
  await putSession(engine.deps, { agentId, status: 'available' })
  expect(await engine.entryOf(first.id)).toMatchObject({ status: 'assigned', assignedToAgentId: agentId })
  expect(await engine.entryOf(later.id)).toMatchObject({ status: 'pending' })
  await putSession(engine.deps, { agentId, status: 'available' })
  expect(await engine.entryOf(later.id)).toMatchObject({ status: 'pending' })
})
