import { agentSessions, callQueue } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  claimNextCall,
  closeSession,
  endWatch,
  getCallback,
  heartbeat,
  noteWatch,
  putAgent,
  putSession,
  sweepLostAgents,
} from '../index.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

test('an agent has one open session, whose status and start of status follow what it says', async () => {
  const agentId = await engine.addAgent()
  const opened = await putSession(engine.deps, { agentId, status: 'available' })
  engine.time.advance(1_000)
  const same = await putSession(engine.deps, { agentId, status: 'available' })
  expect(same).toMatchObject({ id: opened.id, statusSince: opened.statusSince, lastSeenAt: engine.time.now() })
  const away = await putSession(engine.deps, { agentId, status: 'away' })
  expect(away).toMatchObject({ id: opened.id, status: 'away', statusSince: engine.time.now() })
  await closeSession(engine.deps, agentId)
  expect(await agentSessions.getOpen(engine.sql, agentId)).toBeUndefined()
  expect((await putSession(engine.deps, { agentId, status: 'busy' })).id).not.toBe(opened.id)
})

test('two logins at the same moment open one session', async () => {
  const agentId = await engine.addAgent()
  const sessions = await Promise.all([1, 2, 3].map(() => putSession(engine.deps, { agentId, status: 'available' })))
  expect(new Set(sessions.map((session) => session.id)).size).toBe(1)
})

test('an unknown or inactive agent cannot log in, and one who is made inactive is logged out', async () => {
  await expect(putSession(engine.deps, { agentId: 999, status: 'available' })).rejects.toMatchObject({
    code: 'agent-not-found',
  })
  const agentId = await engine.addAgent('available')
  await putAgent(engine.deps, { agentId, firstName: 'A', lastName: 'B', isActive: false })
  expect(await agentSessions.getOpen(engine.sql, agentId)).toBeUndefined()
  await expect(putSession(engine.deps, { agentId, status: 'available' })).rejects.toMatchObject({
    code: 'agent-inactive',
  })
})

test('an agent who becomes available is given the first callback that nobody else is at', async () => {
  const agentId = await engine.addAgent('away')
  const [held, next] = [await engine.addCallback({ inMinutes: -1 }), await engine.addCallback()]
  await engine.route(held.id, next.id)
  await engine.sql.begin(async (sql) => {
    await sql`select from call_queue where callback_id = ${held.id} for update`
    await putSession(engine.deps, { agentId, status: 'available' })
  })
  expect(await engine.entryOf(held.id)).toMatchObject({ assignedToAgentId: null })
  expect(await engine.entryOf(next.id)).toMatchObject({ assignedToAgentId: agentId })
})

test('an agent who becomes available waits for no callback that somebody has locked, and is given the next', async () => {
  const [locked, next] = [await engine.addCallback({ inMinutes: -1 }), await engine.addCallback()]
  await engine.route(locked.id, next.id)
  const agentId = await engine.addAgent()
  await engine.sql.begin(async (tx) => {
    await tx`select from callbacks where id = ${locked.id} for update`
    await putSession(engine.deps, { agentId, status: 'available' })
  })
  expect(await engine.entryOf(next.id)).toMatchObject({ assignedToAgentId: agentId })
})

describe('an agent without a heartbeat for longer than the timeout', () => {
  test('is logged out; its claim goes back to its place, what was assigned to it goes to others', async () => {
    const lost = await engine.addAgent('available')
    const claimedCallback = await engine.addCallback()
    const assigned = await engine.addCallback({ preferredAgentId: lost })
    await engine.route(claimedCallback.id, assigned.id)
    const call = await claimNextCall(engine.deps, { agentId: lost })
    engine.time.advance(90_001)
    const other = await engine.addAgent('available')
    expect(await sweepLostAgents(engine.deps)).toEqual([lost])
    expect(await callQueue.get(engine.sql, call!.queueEntry.id)).toMatchObject({
      claimedByAgentId: null,
      priorityScore: -1000,
    })
    expect(await engine.callback(call!.callback!.id)).toMatchObject({ status: 'pending' })
    const { history } = await getCallback(engine.deps, call!.callback!.id)
    expect(history.at(-1)).toMatchObject({ kind: 'released', agentId: lost, details: { reason: 'agent-lost' } })
    expect(await sweepLostAgents(engine.deps)).toEqual([])
    expect(await agentSessions.getOpen(engine.sql, other)).toBeDefined()
  })

  test('is left alone when a heartbeat came in time', async () => {
    const agentId = await engine.addAgent('available')
    engine.time.advance(60_000)
    expect(await heartbeat(engine.deps, agentId)).toBe(true)
    engine.time.advance(90_000)
    expect(await sweepLostAgents(engine.deps)).toEqual([])
    engine.time.advance(1)
    expect(await sweepLostAgents(engine.deps)).toEqual([agentId])
    expect(await heartbeat(engine.deps, agentId)).toBe(false)
  })
})

test('an agent who is heard of just before it is dropped stays', async () => {
  const agentId = await engine.addAgent('available')
  engine.time.advance(90_001)
  const { transact } = engine.deps
  const afterHeartbeat: typeof transact = async (work) => {
    await heartbeat(engine.deps, agentId)
    return transact(work)
  }
  expect(await sweepLostAgents({ ...engine.deps, transact: afterHeartbeat })).toEqual([])
  expect(await agentSessions.getOpen(engine.sql, agentId)).toBeDefined()
})

test('an agent who cannot be dropped keeps none of the others from being dropped', async () => {
  const agentIds = await Promise.all([1, 2].map(() => engine.addAgent('available')))
  for (const agentId of agentIds) {
    const { id } = await engine.addCallback({ preferredAgentId: agentId, callbackReason: `of ${agentId}` })
    await engine.route(id)
    await claimNextCall(engine.deps, { agentId })
  }
  await engine.owner.unsafe(`alter table callbacks add check (callback_reason <> 'of ${agentIds[0]}') not valid`)
  engine.time.advance(90_001)
  await expect(sweepLostAgents(engine.deps)).rejects.toMatchObject({ code: '23514' })
  const [stuck, dropped] = await Promise.all(agentIds.map((id) => agentSessions.getOpen(engine.sql, id)))
  expect([stuck?.agentId, dropped]).toEqual([agentIds[0], undefined])
})

describe('while no API is there to hear agents', () => {
  const passWatched = async (seconds: number) => {
    for (let passed = 0; passed < seconds; passed += 15) {
      engine.time.advance(15_000)
      await noteWatch(engine.deps)
    }
  }

  test('none is lost, and none until one has been there for as long as an agent may be silent', async () => {
    const agentId = await engine.addAgent('available')
    await noteWatch(engine.deps)
    engine.time.advance(10 * 60_000)
    expect(await sweepLostAgents(engine.deps)).toEqual([])
    await noteWatch(engine.deps)
    await passWatched(75)
    expect(await sweepLostAgents(engine.deps)).toEqual([])
    await passWatched(15)
    expect(await sweepLostAgents(engine.deps)).toEqual([agentId])
  })

  test('callbacks go to their agents all the same', async () => {
    const agentId = await engine.addAgent('available')
    await noteWatch(engine.deps)
    engine.time.advance(10 * 60_000)
    const { id } = await engine.addCallback({ preferredAgentId: agentId })
    expect(await engine.route(id)).toMatchObject([{ agentId, isSubstitute: false }])
  })

  test('one note that is missing is no break', async () => {
    const agentId = await engine.addAgent('available')
    await noteWatch(engine.deps)
    for (let note = 0; note < 4; note++) {
      engine.time.advance(30_000)
      await noteWatch(engine.deps)
    }
    expect(await sweepLostAgents(engine.deps)).toEqual([agentId])
  })
})

describe('of two APIs of which one is frozen', () => {
  /** Time passes, in which only the API `heard` hears, and says so. */
  const passHeardBy = async (api: string, seconds: number) => {
    for (let passed = 0; passed < seconds; passed += 15) {
      engine.time.advance(15_000)
      await noteWatch(engine.deps, api)
    }
  }

  test('those whom it heard last are kept, those whom the other heard are lost', async () => {
    const [onFrozen, onOther] = [await engine.addAgent('available'), await engine.addAgent('available')]
    await noteWatch(engine.deps, 'frozen')
    await noteWatch(engine.deps, 'other')
    await heartbeat(engine.deps, onFrozen, 'frozen')
    await heartbeat(engine.deps, onOther, 'other')
    await passHeardBy('other', 105)
    expect(await sweepLostAgents(engine.deps)).toEqual([onOther])
  })

  test('those whom it heard last are heard by the other as soon as it has ended, or are lost', async () => {
    const agentId = await engine.addAgent('available')
    await noteWatch(engine.deps, 'frozen')
    await noteWatch(engine.deps, 'other')
    await heartbeat(engine.deps, agentId, 'frozen')
    await passHeardBy('other', 105)
    await endWatch(engine.deps, 'frozen')
    expect(await sweepLostAgents(engine.deps)).toEqual([agentId])
  })

  test('those whom it heard last are lost when it has been gone for ten times as long as they may be silent', async () => {
    const agentId = await engine.addAgent('available')
    await noteWatch(engine.deps, 'gone')
    await heartbeat(engine.deps, agentId, 'gone')
    await noteWatch(engine.deps, 'other')
    await passHeardBy('other', 15 * 60)
    expect(await sweepLostAgents(engine.deps)).toEqual([])
    await passHeardBy('other', 15)
    expect(await sweepLostAgents(engine.deps)).toEqual([agentId])
  })
})

test('a claim whose agent has no open session is given back', async () => {
  const agentId = await engine.addAgent('available')
  const { id } = await engine.addCallback()
  await engine.route(id)
  await claimNextCall(engine.deps, { agentId })
  await engine.sql`update agent_sessions set logout_at = ${engine.time.now()} where agent_id = ${agentId}`
  expect(await sweepLostAgents(engine.deps)).toEqual([agentId])
  expect(await engine.callback(id)).toMatchObject({ status: 'pending' })
})

test('a timeout of 0 turns the watch off', async () => {
  await using patient = await openTestEngine({ rules: { agentTimeoutMs: 0 } })
  const agentId = await patient.addAgent('available')
  patient.time.advance(24 * 60 * 60_000)
  expect(await sweepLostAgents(patient.deps)).toEqual([])
  const { id } = await patient.addCallback()
  expect(await patient.route(id)).toMatchObject([{ agentId }])
})
