import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestApi, type Caller, type TestApi } from '../testing/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await openTestApi()
})
afterAll(() => api.close())

const nobodys = '7a0f6b0e-3c1f-4a57-9d1c-6a4f5f1f0b11'
const later = '2026-03-02T15:00:00.000Z'

describe('POST /api/callbacks', () => {
  test.each([
    ['a user', { userId: '404404' }, 'unknown-user'],
    ['an agent', { preferredAgentId: 404 }, 'unknown-agent'],
    ['a queue', { queueType: 'there_is_none' }, 'unknown-queue'],
    ['a call session', { originalCallSessionId: nobodys }, 'unknown-call-session'],
  ])('that names %s that does not exist is 422', async (_case, fields, code) => {
    const userId = await api.engine.addUser()
    const answer = await api.service.post('/api/callbacks', { userId, scheduledFor: later, ...fields })
    expect(answer).toMatchObject({ status: 422, body: { code } })
  })

  test('shows the public columns and no others', async () => {
    const userId = await api.engine.addUser()
    const { body } = await api.service.post('/api/callbacks', { userId, scheduledFor: later, callbackReason: null })
    expect(body).toEqual({
      id: expect.any(String),
      userId,
      scheduledFor: later,
      promisedFor: null,
      callbackReason: null,
      queueType: null,
      preferredAgentId: null,
      owner: 'any',
      originalCallSessionId: null,
      ownerAwaitedUntil: null,
      policy: null,
      externalId: null,
      metadata: {},
      status: 'pending',
      attempts: 0,
      result: null,
      completedCallSessionId: null,
      completedAt: null,
      cancelledAt: null,
      createdAt: api.engine.time.now().toISOString(),
      updatedAt: api.engine.time.now().toISOString(),
      localTime: null,
      timeZone: null,
      timeAdjusted: null,
      duplicateOf: null,
    })
  })

  test('with an external id that the user has is answered with that callback, and refused for another user', async () => {
    const promise = { userId: await api.engine.addUser(), scheduledFor: later, externalId: 'ticket-1' }
    const first = await api.service.post('/api/callbacks', { ...promise, metadata: { tier: 'gold' } })
    expect(first).toMatchObject({
      status: 201,
      body: { externalId: 'ticket-1', metadata: { tier: 'gold' }, duplicateOf: null },
    })
    const { id } = first.body
    for (const key of [undefined, 'ticket-key']) {
      const again = await api.service.post('/api/callbacks', promise, key === undefined ? {} : { key })
      expect(again).toMatchObject({ status: 200, body: { id, duplicateOf: id } })
    }
    const found = async (externalId: string) => (await api.service.get(`/api/callbacks?externalId=${externalId}`)).body
    expect(await found('ticket-1')).toMatchObject({ items: [{ id }], nextCursor: null })
    expect(await found('TICKET-1')).toEqual({ items: [], nextCursor: null })
    const other = { ...promise, userId: await api.engine.addUser() }
    expect(await api.service.post('/api/callbacks', other)).toMatchObject({
      status: 409,
      body: { code: 'external-id-taken' },
    })
  })

  test('twice within five minutes is one promise, unless the request means another one', async () => {
    const userId = await api.engine.addUser()
    const promise = { userId, scheduledFor: later }
    const first = await api.service.post('/api/callbacks', promise)
    expect(first).toMatchObject({ status: 201, body: { duplicateOf: null } })
    const { id } = first.body
    expect(await api.service.post('/api/callbacks', { ...promise, scheduledFor: '2026-03-02T15:05:00Z' })).toEqual(
      expect.objectContaining({ status: 200, body: { ...first.body, duplicateOf: id } }),
    )
    const meant = await api.service.post('/api/callbacks', { ...promise, allowDuplicate: true })
    expect(meant).toMatchObject({ status: 201, body: { duplicateOf: null } })
    const keyed = await api.service.post('/api/callbacks', promise, { headers: { 'idempotency-key': 'another' } })
    expect(keyed).toMatchObject({ status: 201, body: { duplicateOf: null } })
    expect(new Set([id, meant.body.id, keyed.body.id]).size).toBe(3)
  })
})

describe('an agent', () => {
  test('reads no stranger by a promise that is due already', async () => {
    const [agentId, userId] = [await api.engine.addAgent('available'), await api.engine.addUser()]
    const due = (callback: object) => api.as(agentId).post('/api/callbacks', { preferredAgentId: agentId, ...callback })
    const scheduledFor = api.engine.time.now().toISOString()
    expect(await due({ userId, scheduledFor })).toMatchObject({ status: 403, body: { code: 'user-unknown-to-agent' } })
    const stranger = await due({ userId: '404404', scheduledFor })
    expect(stranger).toMatchObject({ status: 403, body: { code: 'user-unknown-to-agent' } })
    const { userId: ownUser } = await api.engine.addCallback({ preferredAgentId: agentId, inMinutes: 60 })
    expect(await due({ userId: ownUser, scheduledFor: '2026-03-02T09:54:59Z' })).toMatchObject({
      status: 422,
      body: { code: 'callback-in-the-past' },
    })
    expect((await due({ userId: ownUser, scheduledFor })).status).toBe(201)
  })

  test('promises to any user when the setting says so', async () => {
    await using relaxed = await openTestApi({}, { rules: { agentsScheduleFor: 'all' } })
    const [agentId, userId] = [await relaxed.engine.addAgent(), await relaxed.engine.addUser()]
    const { status } = await relaxed.as(agentId).post('/api/callbacks', { userId, scheduledFor: later })
    expect(status).toBe(201)
  })
})

describe('promises are limited', () => {
  test('to twenty open ones of a user, whoever makes them', async () => {
    const [userId, agentId] = [await api.engine.addUser(), await api.engine.addAgent()]
    for (let n = 0; n < 20; n++) await api.engine.addCallback({ userId, preferredAgentId: agentId })
    for (const caller of [api.service, api.supervisor, api.as(agentId)]) {
      const answer = await caller.post('/api/callbacks', { userId, scheduledFor: later })
      expect(answer).toMatchObject({ status: 409, body: { code: 'too-many-open-callbacks' } })
    }
  })

  test('to 120 within an hour by an agent, who is told when the next one may be made', async () => {
    const agentId = await api.engine.addAgent()
    await api.engine.sql`
      insert into callbacks (user_id, scheduled_for, created_by_agent_id, created_at, updated_at)
      select 900000 + n, t, ${agentId}, t, t from generate_series(1, 119) n, (select ${api.engine.time.now()}::timestamptz as t) now`
    const other = await api.engine.addAgent()
    const promise = async (caller: Caller, knownTo: number) => {
      const { userId } = await api.engine.addCallback({ preferredAgentId: knownTo, inMinutes: 60 })
      return caller.post('/api/callbacks', { userId, scheduledFor: later })
    }
    expect(await promise(api.as(agentId), agentId)).toMatchObject({ status: 201 })
    expect(await promise(api.as(agentId), agentId)).toMatchObject({
      status: 429,
      headers: { 'retry-after': '3600' },
      body: { code: 'too-many-callbacks-created' },
    })
    expect(await promise(api.service, agentId)).toMatchObject({ status: 201 })
    expect(await promise(api.as(other), other)).toMatchObject({ status: 201 })
  })
})

describe('GET /api/callbacks', () => {
  test('pages through all of them in order, each once, also those of the same moment', async () => {
    const userId = await api.engine.addUser()
    const times = ['12:00', '11:00', '12:00', '13:00', '12:00'].map((time) => `2026-03-03T${time}:00.000Z`)
    for (const scheduledFor of times)
      await api.service.post('/api/callbacks', { userId, scheduledFor, allowDuplicate: true })
    const pages: { id: string; scheduledFor: string }[][] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const answer = await api.service.get(`/api/callbacks?userId=${userId}&limit=2${cursor && `&cursor=${cursor}`}`)
      pages.push(answer.body.items)
      cursor = answer.body.nextCursor
    }
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1])
    expect(pages.flat().map((item) => item.scheduledFor)).toEqual(times.toSorted())
    expect(new Set(pages.flat().map((item) => item.id)).size).toBe(5)
  })

  test('filters by status and time', async () => {
    const userId = await api.engine.addUser()
    const ids = []
    for (const hour of [10, 11, 12]) {
      const { body } = await api.service.post('/api/callbacks', { userId, scheduledFor: `2026-03-04T${hour}:00:00Z` })
      ids.push(body.id)
    }
    await api.service.post('/api/callbacks/cancel', { callbackId: ids[1] })
    const list = async (query: string) =>
      (await api.service.get(`/api/callbacks?userId=${userId}&${query}`)).body.items.map(
        (item: { id: string }) => item.id,
      )
    expect(await list('status=cancelled')).toEqual([ids[1]])
    expect(await list('from=2026-03-04T11:00:00Z')).toEqual([ids[1], ids[2]])
    expect(await list(`to=${encodeURIComponent('2026-03-04T12:00:00+01:00')}`)).toEqual([ids[0]])
    expect(await list('to=2026-03-04T12:00+01')).toEqual([ids[0]]) // As it is typed: the + arrives as a space.
  })

  test('shows an agent its own and nothing else', async () => {
    const [mine, other] = [await api.engine.addAgent(), await api.engine.addAgent()]
    const own = await api.engine.addCallback({ preferredAgentId: mine, inMinutes: 60 })
    await api.engine.addCallback({ preferredAgentId: other, inMinutes: 60 })
    const ids = async (query: string) => {
      const { body } = await api.as(mine).get(`/api/callbacks${query}`)
      return body.items.map((item: { id: string }) => item.id)
    }
    expect(await ids('')).toEqual([own.id])
    expect(await ids(`?agentId=${mine}`)).toEqual([own.id])
    expect((await api.as(mine).get(`/api/callbacks?agentId=${other}`)).status).toBe(403)
  })
})

describe('GET /api/callbacks/:id', () => {
  /** A callback to which `count` things have happened, numbered in their details. */
  async function withHistory(count: number) {
    const { id } = await api.engine.addCallback()
    await api.engine.sql`
      insert into callback_notifications (callback_id, kind, at, details)
      select ${id}, 'snoozed', ${api.engine.time.now()}, jsonb_build_object('n', n) from generate_series(2, ${count}) n
      order by n`
    // Nobody has done that, so nobody is told.
    await api.engine.sql`delete from events where callback_id = ${id} and type = 'callback.snoozed'`
    return id
  }

  test('shows the last fifty things that happened, oldest first, however many there are', async () => {
    const id = await withHistory(10_000)
    const { body, text } = await api.service.get(`/api/callbacks/${id}`)
    expect(body.history.map((event: { details: { n: number } }) => event.details.n)).toEqual(
      Array.from({ length: 50 }, (_, index) => 9_951 + index),
    )
    expect(text.length).toBeLessThan(20_000)
    expect((await api.service.get(`/api/callbacks/${id}?limit=201`)).status).toBe(400)
  })

  test('pages back to its beginning, each event once', async () => {
    const id = await withHistory(7)
    const pages: { kind: string; details: { n?: number } }[][] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await api.service.get(`/api/callbacks/${id}?limit=3${cursor && `&cursor=${cursor}`}`)
      pages.push(body.history)
      cursor = body.nextCursor
    }
    expect(pages.map((page) => page.map((event) => event.details.n ?? event.kind))).toEqual([
      [5, 6, 7],
      [2, 3, 4],
      ['scheduled'],
    ])
  })

  test('takes no cursor of another list', async () => {
    const { id } = await api.engine.addCallback()
    const other = Buffer.from(JSON.stringify({ scheduledFor: later, id })).toString('base64url')
    const answer = await api.service.get(`/api/callbacks/${id}?cursor=${other}`)
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
  })
})

test("an agent's pending callbacks come by pages, preferred and assigned ones together, each once", async () => {
  const agentId = await api.engine.addAgent('available')
  const ids = []
  for (const inMinutes of [3, 1, 1, -5]) {
    ids.push((await api.engine.addCallback({ inMinutes, preferredAgentId: agentId })).id)
  }
  const other = await api.engine.addAgent('busy')
  const assigned = await api.engine.addCallback({ inMinutes: 2, preferredAgentId: other })
  await api.engine.sql`
    update agent_sessions set status = 'away' where agent_id <> ${agentId}`
  await api.engine.route(assigned.id, ids[1]!)
  const pages: { id: string; scheduledFor: string }[][] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const url = `/api/agents/${agentId}/pending-callbacks?limit=2${cursor && `&cursor=${cursor}`}`
    const { body } = await api.as(agentId).get(url)
    pages.push(body.callbacks)
    cursor = body.nextCursor
  }
  expect(pages.map((page) => page.length)).toEqual([2, 2, 1])
  const seen = pages.flat()
  expect(new Set(seen.map(({ id }) => id))).toEqual(new Set([...ids, assigned.id]))
  const times = seen.map(({ scheduledFor }) => scheduledFor)
  expect(times).toEqual(times.toSorted())
})

describe('accept, snooze, cancel and reschedule', () => {
  test('of two agents who accept at once one is refused, and the winner is answered again the same', async () => {
    const [first, second] = [await api.engine.addAgent('available'), await api.engine.addAgent('available')]
    const { id: callbackId } = await api.engine.addCallback()
    const accept = (agentId: number) => api.as(agentId).post('/api/callbacks/accept', { callbackId, agentId })
    const answers = await Promise.all([accept(first), accept(second)])
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200, 409]))
    const winner = answers[0].status === 200 ? first : second
    const refused = answers.find((answer) => answer.status === 409)
    expect(refused!.body).toMatchObject({ code: 'callback-not-pending', takenBy: winner })
    expect((await accept(winner)).text).toBe(answers.find((answer) => answer.status === 200)!.text)
  })

  test('an agent who is not logged in cannot accept', async () => {
    const agentId = await api.engine.addAgent()
    const { id: callbackId } = await api.engine.addCallback()
    const answer = await api.as(agentId).post('/api/callbacks/accept', { callbackId, agentId })
    expect(answer).toMatchObject({ status: 409, body: { code: 'agent-not-logged-in' } })
  })

  test('a supervisor accepts for an agent', async () => {
    const agentId = await api.engine.addAgent('available')
    const { id: callbackId } = await api.engine.addCallback()
    const { body } = await api.supervisor.post('/api/callbacks/accept', { callbackId, agentId })
    expect(body.callback).toMatchObject({ status: 'accepted', preferredAgentId: agentId })
  })

  test('snooze tells which entries it removed', async () => {
    const agentId = await api.engine.addAgent('available')
    const { id: callbackId } = await api.engine.addCallback({ preferredAgentId: agentId })
    await api.engine.route(callbackId)
    const entry = await api.engine.entryOf(callbackId)
    const { status, body } = await api.as(agentId).post('/api/callbacks/snooze', { callbackId, agentId, minutes: 5 })
    expect(status).toBe(200)
    expect(body.removedQueueEntryIds).toEqual([entry!.id])
    expect(body.callback).toMatchObject({ status: 'pending', scheduledFor: '2026-03-02T10:05:00.000Z' })
  })

  test.each([0, 61, 1.5, '5'])('snooze by %j minutes is malformed', async (minutes) => {
    const answer = await api.as(7).post('/api/callbacks/snooze', { callbackId: nobodys, agentId: 7, minutes })
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: 'body.minutes' }] } })
  })

  test('reschedule keeps the preferred agent, changes it, or takes it away', async () => {
    const [first, second] = [await api.engine.addAgent(), await api.engine.addAgent()]
    const { id: callbackId } = await api.engine.addCallback({ preferredAgentId: first })
    const preferred = async (change: object) => {
      const body = { callbackId, scheduledFor: later, ...change }
      return (await api.service.post('/api/callbacks/reschedule', body)).body.callback.preferredAgentId
    }
    expect(await preferred({})).toBe(first)
    expect(await preferred({ preferredAgentId: second })).toBe(second)
    expect(await preferred({ preferredAgentId: null })).toBeNull()
    const unknown = { callbackId, scheduledFor: later, preferredAgentId: 404 }
    expect((await api.service.post('/api/callbacks/reschedule', unknown)).body.code).toBe('unknown-agent')
  })

  test('what is over cannot be changed, and its history tells who did what', async () => {
    const agentId = await api.engine.addAgent()
    const { id: callbackId } = await api.engine.addCallback()
    expect((await api.as(agentId).post('/api/callbacks/cancel', { callbackId, reason: 'moved away' })).status).toBe(200)
    for (const change of [
      api.service.post('/api/callbacks/cancel', { callbackId }),
      api.service.post('/api/callbacks/reschedule', { callbackId, scheduledFor: later }),
      api.as(agentId).post('/api/callbacks/snooze', { callbackId, agentId, minutes: 5 }),
    ]) {
      expect(await change).toMatchObject({ status: 409, body: { code: 'callback-not-open' } })
    }
    const { body } = await api.service.get(`/api/callbacks/${callbackId}`)
    expect(body).toMatchObject({ status: 'cancelled', queueEntry: null })
    expect(body.history.at(-1)).toMatchObject({ kind: 'cancelled', agentId, details: { reason: 'moved away' } })
  })
})

describe('PATCH /api/callbacks/:id', () => {
  test('changes what it names, and shows the callback', async () => {
    const { id } = await api.engine.addCallback({ callbackReason: 'first', metadata: { a: '1' }, inMinutes: 600 })
    const url = `/api/callbacks/${id}`
    const answer = await api.service.patch(url, { metadata: { b: '2' } })
    expect(answer).toMatchObject({ status: 200, body: { callback: { callbackReason: 'first', metadata: { b: '2' } } } })
    expect((await api.service.patch(url, { callbackReason: '' })).body.callback.callbackReason).toBeNull()
    const { history } = (await api.service.get(url)).body
    expect(history.at(-1)).toMatchObject({ kind: 'updated', actor: { role: 'service' } })
  })

  test.each([{ status: 'cancelled' }, { externalId: 'x' }, { metadata: null }, { preferredAgentId: 'Ada' }])(
    'refuses %j',
    async (body) => {
      const { id } = await api.engine.addCallback({ inMinutes: 600 })
      expect(await api.service.patch(`/api/callbacks/${id}`, body)).toMatchObject({ status: 400 })
    },
  )
})
