import {
  acceptCallback,
  cancelCallback,
  claimNextCall,
  completeCall,
  recordOutcome,
  releaseClaim,
  startCall,
} from '@ringback/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await openTestApi()
})
afterAll(() => api.close())

/** A call of an agent with a user that is over; another minute has begun by then. */
async function call(userId: string, agentId: number | null, notes?: string): Promise<string> {
  const { deps, time } = api.engine
  const { session } = await startCall(deps, { userId, agentId, direction: 'inbound' })
  if (notes === undefined) await completeCall(deps, { callSessionId: session.id })
  else await recordOutcome(deps, { callSessionId: session.id, outcomeType: 'resolved', notes })
  time.advance(60_000)
  return session.id
}

const idsOf = ({ body }: { body: { items: { id: string }[] } }) => body.items.map(({ id }) => id)
const readings = () => api.engine.logged.filter((line) => line['audit'] === 'user-read')

describe('GET /api/call-sessions', () => {
  test('goes by pages, the newest first, and by what is asked for', async () => {
    const [userId, other] = [await api.engine.addUser(), await api.engine.addUser()]
    const [mine, others] = [await api.engine.addAgent(), await api.engine.addAgent()]
    const began = api.engine.time.now().toISOString()
    const first = await call(userId, mine, 'was kind')
    const then = api.engine.time.now().toISOString()
    const second = await call(userId, others)
    const third = await call(other, mine)
    const list = (query: string) => api.service.get(`/api/call-sessions?${query}`)

    expect(idsOf(await list(`userId=${userId}`))).toEqual([second, first])
    expect(idsOf(await list(`agentId=${mine}`))).toEqual([third, first])
    expect(idsOf(await list(`userId=${userId}&agentId=${mine}`))).toEqual([first])
    expect(idsOf(await list(`from=${began}&to=${then}`))).toEqual([first])
    expect(idsOf(await list(`from=${began}&problematic=true`))).toEqual([third, second])
    expect(idsOf(await list(`from=${began}&problematic=false`))).toEqual([third, second, first])

    const page = await list(`from=${began}&limit=2`)
    expect(idsOf(page)).toEqual([third, second])
    const last = await list(`from=${began}&limit=2&cursor=${page.body.nextCursor}`)
    expect(last.body).toMatchObject({ items: [{ id: first, outcomeNotes: 'was kind' }], nextCursor: null })
  })

  test('a call that was given back before it was made is no problem', async () => {
    const { deps } = api.engine
    const agentId = await api.engine.addAgent('available')
    const { id: callbackId } = await api.engine.addCallback()
    await acceptCallback(deps, { callbackId, agentId })
    const { queueEntry, callSessionId } = (await claimNextCall(deps, { agentId }))!
    await releaseClaim(deps, { queueEntryId: queueEntry.id })
    expect(idsOf(await api.service.get(`/api/call-sessions?agentId=${agentId}`))).toEqual([callSessionId])
    expect(idsOf(await api.service.get(`/api/call-sessions?agentId=${agentId}&problematic=true`))).toEqual([])
    await cancelCallback(deps, { callbackId })
  })

  test.each(['problematic=yes', 'from=today', 'userId=x', 'cursor=eyJ9', 'status=completed'])(
    '%s is malformed',
    async (query) => expect((await api.service.get(`/api/call-sessions?${query}`)).status).toBe(400),
  )

  test('an agent sees its own calls, and all of a user while it has to do with the user', async () => {
    const [userId, mine, others] = [
      await api.engine.addUser(),
      await api.engine.addAgent(),
      await api.engine.addAgent(),
    ]
    const [own, foreign] = [await call(userId, mine), await call(userId, others, 'said to another one')]
    const all = async (query = '') => idsOf(await api.as(mine).get(`/api/call-sessions?userId=${userId}${query}`))
    expect(await all()).toEqual([own])
    const { id: callbackId } = await api.engine.addCallback({ userId, preferredAgentId: mine, inMinutes: 600 })
    expect(await all()).toEqual([foreign, own])
    expect(await all(`&agentId=${mine}`)).toEqual([own])
    expect((await api.as(mine).get(`/api/call-sessions?userId=${userId}&agentId=${others}`)).status).toBe(403)
    expect(idsOf(await api.as(mine).get('/api/call-sessions'))).toEqual([own])
    await cancelCallback(api.engine.deps, { callbackId })
    expect(await all()).toEqual([own])
  })

  test('the log says whose calls an agent has read', async () => {
    const [userId, agentId] = [await api.engine.addUser(), await api.engine.addAgent()]
    const [first] = [await call(userId, agentId), await call(userId, agentId)]
    api.engine.logged.splice(0)
    await api.supervisor.get(`/api/call-sessions?userId=${userId}`)
    expect(readings()).toEqual([])
    await api.as(agentId).get('/api/call-sessions')
    await api.as(agentId).get(`/api/call-sessions/${first}`)
    expect(readings()).toMatchObject([
      { agentId, userId },
      { agentId, userId, callSessionId: first },
    ])
  })
})

describe('GET /api/call-sessions/:id', () => {
  test('brings the notes; to an agent of its own calls alone, and of users with whom it has to do', async () => {
    const { deps } = api.engine
    const [userId, mine, others] = [
      await api.engine.addUser(),
      await api.engine.addAgent('busy'),
      await api.engine.addAgent(),
    ]
    const id = await call(userId, others, 'wants a smaller contract')
    const url = `/api/call-sessions/${id}`
    const read = async () => (await api.as(mine).get(url)).status
    expect(await api.service.get(url)).toMatchObject({
      status: 200,
      body: { outcomeNotes: 'wants a smaller contract' },
    })
    expect(await api.as(others).get(url)).toMatchObject({ status: 200, body: { id, agentId: others } })
    expect(await api.as(mine).get(url)).toMatchObject({ status: 404, body: { code: 'call-session-not-found' } })
    expect((await api.as(mine).get(url)).body.detail).toBe(`There is no call session ${id}`)

    // A promise for whoever comes first brings nobody the user before it is handed out …
    const { id: callbackId } = await api.engine.addCallback({ userId })
    await api.engine.route(callbackId)
    expect(await read()).toBe(404)
    await acceptCallback(deps, { callbackId, agentId: mine })
    expect(await read()).toBe(200)
    const claimed = await claimNextCall(deps, { agentId: mine })
    expect(await read()).toBe(200)
    await recordOutcome(deps, { callSessionId: claimed!.callSessionId, outcomeType: 'resolved' })
    expect(await read()).toBe(404)

    // … and so does an inbound call, while it lasts and for two hours at most.
    await startCall(deps, { userId, agentId: mine, direction: 'inbound' })
    expect(await read()).toBe(200)
    api.engine.time.advance(2 * 60 * 60_000 + 1)
    expect(await read()).toBe(404)
  })
})
