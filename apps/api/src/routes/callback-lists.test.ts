import { acceptCallback, claimNextCall, deleteUser, recordOutcome, snoozeCallback } from '@ringback/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await openTestApi()
})
afterAll(() => api.close())

const idsOf = ({ body }: { body: { items: { id: string }[] } }) => body.items.map(({ id }) => id)
const ofSupervisor = (query: string) => api.supervisor.get(`/api/callbacks?${query}`)

async function add(fields: Parameters<TestApi['engine']['addCallback']>[0]): Promise<string> {
  return (await api.engine.addCallback(fields)).id
}

describe('GET /api/callbacks', () => {
  test('takes several statuses, by commas or said again, and each once', async () => {
    const [userId, agentId] = [await api.engine.addUser(), await api.engine.addAgent('busy')]
    const [pending, accepted, cancelled] = [
      await add({ userId, inMinutes: 300 }),
      await add({ userId, inMinutes: 100 }),
      await add({ userId, inMinutes: 200 }),
    ]
    await acceptCallback(api.engine.deps, { callbackId: accepted, agentId })
    await api.supervisor.post('/api/callbacks/cancel', { callbackId: cancelled })
    const of = async (status: string) => idsOf(await ofSupervisor(`userId=${userId}&${status}`))
    expect(await of('status=pending')).toEqual([pending])
    expect(await of('status=pending,accepted,pending')).toEqual([accepted, pending])
    expect(await of('status=pending&status=cancelled')).toEqual([cancelled, pending])
    expect((await ofSupervisor('status=pending,asleep')).body.errors).toMatchObject([{ path: 'querystring.status.1' }])
    expect((await ofSupervisor('status=')).status).toBe(400)
  })

  test('shows what is overdue: its time is over, and nobody is calling', async () => {
    const [userId, agentId] = [await api.engine.addUser(), await api.engine.addAgent('busy')]
    const [late, ahead, claimed] = [
      await add({ userId, inMinutes: -10 }),
      await add({ userId, inMinutes: 10 }),
      await add({ userId, inMinutes: -20 }),
    ]
    await acceptCallback(api.engine.deps, { callbackId: claimed, agentId })
    const of = async (query: string) => idsOf(await ofSupervisor(`userId=${userId}&overdue=${query}`))
    expect(await of('true')).toEqual([claimed, late])
    await claimNextCall(api.engine.deps, { agentId })
    expect(await of('true')).toEqual([late])
    expect(await of('true&status=accepted,in_progress')).toEqual([])
    expect(await of('true&sort=updatedAt')).toEqual([late])
    expect(await of('false')).toEqual([claimed, late, ahead])
  })

  test('shows what was made for a queue by name', async () => {
    const userId = await api.engine.addUser()
    const [named] = [await add({ userId, queueType: 'unsigned_users' }), await add({ userId })]
    expect(idsOf(await ofSupervisor(`userId=${userId}&queueType=unsigned_users`))).toEqual([named])
    expect(idsOf(await ofSupervisor('queueType=unsigned_users'))).toEqual([named])
  })

  test('finds a reason to the letter, or a piece of it', async () => {
    const { deps } = api.engine
    const agentId = await api.engine.addAgent('busy')
    const userId = await api.engine.addUser()
    const cellar = await add({ callbackReason: 'Water in the CELLAR: 100%_', inMinutes: 200 })
    const cellars = await add({ userId, callbackReason: 'Two cellars', preferredAgentId: agentId, inMinutes: 100 })
    const nothing = await add({ callbackReason: null })
    const of = async (query: string) => idsOf(await ofSupervisor(query))
    expect(await of('q=cellar')).toEqual([cellars, cellar])
    expect(await of('q=cellar&sort=updatedAt&limit=1')).toHaveLength(1)
    expect(await of(`q=cellar&agentId=${agentId}`)).toEqual([cellars])
    expect(await of('q=100%25_')).toEqual([cellar])
    expect(await of('q=ter_in')).toEqual([])
    expect(await of('reason=Two%20cellars')).toEqual([cellars])
    expect(await of('reason=two%20cellars')).toEqual([])
    expect(await of('q=cellar&status=completed')).toEqual([])
    expect(idsOf(await api.as(agentId).get('/api/callbacks?q=cellar'))).toEqual([cellars])
    expect(await ofSupervisor('q=ab%20c')).toMatchObject({ status: 400, body: { errors: [{ path: 'querystring.q' }] } })

    // One that waits for the agent in a queue is the agent's, whomever it prefers.
    await acceptCallback(deps, { callbackId: cellar, agentId })
    await api.engine.sql`update callbacks set preferred_agent_id = null, status = 'pending' where id = ${cellar}`
    expect(idsOf(await api.as(agentId).get('/api/callbacks?q=cellar'))).toEqual([cellars, cellar])

    // What it is found by changes with the reason, and goes with its user.
    await api.engine.sql`update callbacks set callback_reason = 'A giraffe in the cellar' where id = ${nothing}`
    expect(await of('q=giraffe')).toEqual([nothing])
    await deleteUser(deps, userId)
    expect(await of('q=cellar')).not.toContain(cellars)
    expect(await api.engine.sql`select from callback_reasons where callback_id = ${cellars}`).toHaveLength(0)
  })

  test.each([
    ['short', 'x'],
    ['too long', 'x'.repeat(201)],
  ])('a cursor that is none is refused, whatever the list goes by (%s)', async (_, cursor) => {
    for (const sort of ['scheduledFor', 'updatedAt']) {
      const answer = await ofSupervisor(`sort=${sort}&cursor=${cursor}`)
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: 'querystring.cursor' }] } })
    }
  })

  test('goes by what changed, and its cursor with it', async () => {
    const { deps, time } = api.engine
    const agentId = await api.engine.addAgent('busy')
    const ids: string[] = []
    for (const inMinutes of [300, 200, 100]) {
      time.advance(1_000)
      ids.push(await add({ inMinutes, preferredAgentId: agentId }))
    }
    const [first, second, third] = ids
    time.advance(1_000)
    const since = time.now().toISOString()
    await snoozeCallback(deps, { callbackId: second!, agentId, minutes: 5 })
    time.advance(1_000)
    await snoozeCallback(deps, { callbackId: first!, agentId, minutes: 5 })

    expect(idsOf(await ofSupervisor(`updatedSince=${since}`))).toEqual([second, first])
    const byChange = `agentId=${agentId}&sort=updatedAt`
    expect(idsOf(await ofSupervisor(byChange))).toEqual([third, second, first])
    expect(idsOf(await ofSupervisor(`agentId=${agentId}`))).toEqual([third, second, first].toSorted(byTime))
    const pages: string[] = []
    let cursor = ''
    for (let page = 0; page < 3; page += 1) {
      const answer = await ofSupervisor(`${byChange}&limit=1${cursor}`)
      pages.push(...idsOf(answer))
      cursor = `&cursor=${answer.body.nextCursor}`
    }
    expect(pages).toEqual([third, second, first])
    expect(idsOf(await ofSupervisor(`${byChange}&order=desc`))).toEqual([first, second, third])
    const latest = await ofSupervisor(`${byChange}&order=desc&limit=2`)
    const rest = await ofSupervisor(`${byChange}&order=desc&cursor=${latest.body.nextCursor}`)
    expect([...idsOf(latest), ...idsOf(rest)]).toEqual([first, second, third])
    const { body } = await ofSupervisor(`updatedSince=${since}&limit=1`)
    expect(idsOf(await ofSupervisor(`updatedSince=${since}&limit=1&cursor=${body.nextCursor}`))).toEqual([first])

    const other = await ofSupervisor(`sort=scheduledFor&cursor=${body.nextCursor}`)
    expect(other).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'querystring.cursor', message: 'is of a list that goes by another time' }] },
    })
    expect((await ofSupervisor(`updatedSince=${since}&sort=scheduledFor`)).body.errors).toMatchObject([
      { path: 'querystring.sort' },
    ])

    function byTime(a: string | undefined, b: string | undefined) {
      return ids.indexOf(b!) - ids.indexOf(a!)
    }
  })
})

test('a list tells beside each callback whom to call, and its place, when it is asked to', async () => {
  const { deps, logged } = api.engine
  const agentId = await api.engine.addAgent('available')
  const userId = await api.engine.addUser()
  const queued = await add({ userId, preferredAgentId: agentId })
  const over = await add({ userId: await api.engine.addUser(), preferredAgentId: agentId, inMinutes: 60 })
  await api.engine.route(queued)
  await api.supervisor.post('/api/callbacks/cancel', { callbackId: over })
  const asked = `agentId=${agentId}&with=user,queueEntry`
  const { body } = await ofSupervisor(asked)
  expect(body.items).toMatchObject([
    {
      id: queued,
      user: { userId, zoneSource: 'phone' },
      queueEntry: { callbackId: queued, assignedToAgentId: agentId },
    },
    { id: over, user: { name: expect.any(String) }, queueEntry: null },
  ])
  const [alone] = (await ofSupervisor(`agentId=${agentId}`)).body.items
  expect(alone).not.toHaveProperty('user')
  expect(alone).not.toHaveProperty('queueEntry')

  // An agent reads those with whom it has to do now, and each reading is written down.
  logged.splice(0)
  const own = await api.as(agentId).get('/api/callbacks?with=user')
  expect(own.body.items).toMatchObject([
    { id: queued, user: { userId } },
    { id: over, user: null },
  ])
  expect(logged.filter((line) => line['audit'] === 'user-read')).toMatchObject([
    { agentId, userId, callbackId: queued },
  ])

  await deleteUser(deps, userId)
  expect((await ofSupervisor(asked)).body.items[0]).toMatchObject({ id: queued, user: null })
  expect((await ofSupervisor('with=phone')).body.errors).toMatchObject([{ path: 'querystring.with.0' }])
})

describe('what an agent is told before it calls', () => {
  /** A promise to a user who was called for it once in vain, and had two calls before. */
  async function promised() {
    const { deps, time } = api.engine
    const agentId = await api.engine.addAgent('available')
    const userId = await api.engine.addUser()
    for (const notes of ['long ago', 'x'.repeat(501)]) {
      const { body } = await api.service.post('/api/call-sessions', { userId, direction: 'inbound' })
      await recordOutcome(deps, { callSessionId: body.id, outcomeType: 'resolved', notes })
      time.advance(60_000)
    }
    const id = await add({ userId, preferredAgentId: agentId })
    await acceptCallback(deps, { callbackId: id, agentId })
    const { callSessionId } = (await claimNextCall(deps, { agentId }))!
    await recordOutcome(deps, { callSessionId, outcomeType: 'no_answer', notes: 'rang out' })
    // The policy of the queue would have it called again.
    await api.engine.breakRows(
      (tx) => tx`
        update callbacks set status = 'pending', completed_at = null, completed_call_session_id = null, result = null
        where id = ${id}`,
    )
    time.advance(60_000)
    await api.engine.route(id)
    const before = {
      lastCalls: [
        { callSessionId, callbackId: id, direction: 'outbound', agentId, outcomeType: 'no_answer', notes: 'rang out' },
        { outcomeType: 'resolved', notes: 'x'.repeat(500), notesCut: true, callbackId: null, direction: 'inbound' },
        { outcomeType: 'resolved', notes: 'long ago', notesCut: false },
      ],
      lastAttempt: { callSessionId, outcomeType: 'no_answer', agentId },
    }
    return { agentId, userId, id, before }
  }

  const readings = () => api.engine.logged.filter((line) => line['audit'] === 'user-read')

  test('stands in its pending callbacks, in the callback, and in the next call', async () => {
    const { agentId, userId, id, before } = await promised()
    const user = { userId, name: `User ${userId}`, phone: '+1 202 555 0100', zoneSource: 'phone' }
    api.engine.logged.splice(0)

    const pending = await api.as(agentId).get(`/api/agents/${agentId}/pending-callbacks`)
    expect(pending.body).toMatchObject({ callbacks: [{ id, attempts: 1, user, ...before }], nextCursor: null })
    expect(readings()).toMatchObject([{ agentId, userId, callbackId: id }])

    expect((await api.as(agentId).get(`/api/callbacks/${id}`)).body).toMatchObject({ id, attempts: 1, user, ...before })
    expect(readings()).toHaveLength(2)

    const url = `/api/agents/${agentId}/next-call`
    expect((await api.as(agentId).get(url)).body).toMatchObject({ user, callback: { id, attempts: 1 }, ...before })
    expect((await api.as(agentId).post(url, {}, { key: 'claims-it' })).body).toMatchObject({
      user,
      resumed: false,
      ...before,
    })
    expect((await api.as(agentId).post(url)).body).toMatchObject({ user, resumed: true, ...before })
    expect(readings()).toHaveLength(5)
  })

  test('of nobody’s promise, and of one that is over, an agent reads neither user nor calls; others do', async () => {
    const { agentId, userId, id } = await promised()
    const other = await api.engine.addAgent()
    const nobodys = await add({ userId, inMinutes: 600 })
    const nothing = { user: null, lastCalls: [], lastAttempt: null }
    expect((await api.as(other).get(`/api/callbacks/${nobodys}`)).body).toMatchObject(nothing)
    expect((await api.as(agentId).get(`/api/callbacks/${nobodys}`)).body).toMatchObject({ user: { userId } })
    expect((await api.service.get(`/api/callbacks/${nobodys}`)).body).toMatchObject({ user: { userId } })
    await api.supervisor.post('/api/callbacks/cancel', { callbackId: id })
    expect((await api.as(agentId).get(`/api/callbacks/${id}`)).body).toMatchObject(nothing)
    expect((await api.service.get(`/api/callbacks/${id}`)).body).toMatchObject({
      user: { userId },
      status: 'cancelled',
    })
  })
})
