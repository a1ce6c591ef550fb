import { request } from 'node:http'
import { promisify } from 'node:util'
import { claimNextCall } from '@ringback/core'
import { patienceMs } from '@ringback/testing'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'
import { readEvents, type EventReader, type ReadEvent } from '../testing/event-reader.ts'
import { sign, tokenOf } from '../testing/tokens.ts'

let api: TestApi
let url: string
beforeEach(async () => {
  api = await openTestApi({ MAX_STREAMS: '30' })
  url = `${await api.app.listen({ port: 0 })}/api/events`
})
afterEach(() => api.close())

const listen = async (token: Promise<string> = tokenOf.supervisor(), query = '', lastEventId?: string) =>
  readEvents(`${url}${query}`, await token, lastEventId)

const until = async (reader: EventReader, type: string, count = 1) => {
  const found = () => reader.events.filter(({ event }) => event === type)
  await expect.poll(() => found().length, { timeout: patienceMs }).toBeGreaterThanOrEqual(count)
  return found()
}

const logged = (events: ReadEvent[]) => events.filter(({ id, event }) => id !== undefined && event !== 'reset')

test('whoever begins is told to fetch all, and then what happens', async () => {
  const reader = await listen()
  expect(reader.status).toBe(200)
  expect(Object.fromEntries(reader.headers)).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  await until(reader, 'reset')
  expect(reader.text()).toMatch(/^retry: 2000\n\n/)
  expect(reader.events[0]).toMatchObject({ event: 'reset', data: { reason: 'start', now: '2026-03-02T10:00:00.000Z' } })
  const { id } = await api.engine.addCallback()
  const [scheduled] = await until(reader, 'callback.scheduled')
  expect(scheduled).toMatchObject({ data: { id: scheduled!.id, type: 'callback.scheduled', data: { callbackId: id } } })
})

test('whoever comes back is told what it missed, each event once and in order', async () => {
  const first = await listen()
  await until(first, 'reset')
  for (let n = 0; n < 5; n += 1) await api.engine.addCallback()
  const seen = await until(first, 'callback.scheduled', 5)
  first.leave()
  for (let n = 0; n < 20; n += 1) await api.engine.addCallback()
  const again = await listen(tokenOf.supervisor(), '', seen[2]!.id)
  for (let n = 0; n < 5; n += 1) await api.engine.addCallback()
  await until(again, 'callback.scheduled', 27)
  const ids = logged(again.events).map(({ id }) => id)
  expect(ids.slice(0, 2)).toEqual([seen[3]!.id, seen[4]!.id])
  expect(new Set(ids).size).toBe(ids.length)
  expect(again.events.filter(({ event }) => event === 'reset')).toEqual([])
  const order = logged(again.events).map(({ data }) => Number((data as { data: { sequence: string } }).data.sequence))
  expect(order).toEqual(order.toSorted((a, b) => a - b))
})

test.each([
  ['nonsense', 'x'],
  ['what the log never held', '1-1-1'],
])('whoever names %s is told that there is a gap', async (_, lastEventId) => {
  await api.engine.addCallback()
  const reader = await listen(tokenOf.supervisor(), '', lastEventId)
  expect(await until(reader, 'reset')).toMatchObject([{ data: { reason: 'gap' } }])
})

test('who listens when Postgres goes back is told that there is a gap, and then what happens', async () => {
  const reader = await listen()
  await until(reader, 'reset')
  await api.engine.addCallback()
  await until(reader, 'callback.scheduled')
  await api.engine.owner`delete from events`
  const [, gap] = await until(reader, 'reset', 2)
  expect(gap).toMatchObject({ id: '0-0-0', data: { reason: 'gap' } })
  await api.engine.addCallback()
  expect((await until(reader, 'callback.scheduled', 2)).length).toBe(2)
})

test('an agent hears of what concerns it, and of nothing else', async () => {
  const agentId = await api.engine.addAgent('available')
  const other = await api.engine.addAgent('available')
  const mine = await listen(tokenOf.agent(agentId))
  const all = await listen(tokenOf.supervisor(), '?types=callback.claimed,agent.changed,callback.scheduled')
  await until(mine, 'reset')
  await until(all, 'reset')
  const own = await api.engine.addCallback({ preferredAgentId: agentId })
  const others = await api.engine.addCallback({ preferredAgentId: other })
  await api.engine.route(own.id, others.id)
  await claimNextCall(api.engine.deps, { agentId })
  await claimNextCall(api.engine.deps, { agentId: other })
  await until(all, 'callback.claimed', 2)
  await until(mine, 'callback.claimed')
  await until(mine, 'agent.changed')
  const heard = logged(mine.events).map(({ data }) => (data as { data: Record<string, unknown> }).data)
  expect(heard.length).toBeGreaterThan(3)
  for (const data of heard) expect([data['agentId'], data['preferredAgentId']]).toContain(agentId)
  expect(new Set(all.events.map(({ event }) => event))).toEqual(
    new Set(['reset', 'callback.claimed', 'agent.changed', 'callback.scheduled']),
  )
})

test('what there is to claim is told by queue, to an agent what it may have', async () => {
  const agentId = await api.engine.addAgent('busy')
  const other = await api.engine.addAgent('available')
  const mine = await listen(tokenOf.agent(agentId))
  const all = await listen()
  await until(all, 'reset')
  const { id } = await api.engine.addCallback({ preferredAgentId: other })
  await api.engine.route(id)
  await until(all, 'callback.queued')
  const depth = (reader: EventReader) => reader.events.findLast(({ event }) => event === 'queue.depth')?.data
  await expect
    .poll(() => depth(all), { timeout: patienceMs })
    .toEqual({ queues: [{ queueType: 'outstanding_requests', claimable: 1 }] })
  expect(depth(mine)).toEqual({ queues: [] })
})

test('that somebody has taken the place of somebody who went is told, as many as there are', async () => {
  const reader = await listen(tokenOf.service(), '?types=queue.depth')
  await until(reader, 'reset')
  const place = (userId: string) => api.service.put(`/api/queues/unsigned_users/users/${userId}`, { priorityScore: 1 })
  const [first, second] = [await api.engine.addUser(), await api.engine.addUser()]
  await place(first)
  const depths = () => reader.events.filter(({ event }) => event === 'queue.depth').map(({ data }) => data)
  const one = { queues: [{ queueType: 'unsigned_users', claimable: 1 }] }
  await expect.poll(() => depths().at(-1), { timeout: patienceMs }).toEqual(one)
  const told = depths().length
  await api.engine.sql.begin(async (sql) => {
    await sql`update call_queue set status = 'removed', ended_at = now() where user_id = ${first}`
    await sql`
      insert into call_queue (user_id, queue_type, priority_score, status, available_from, created_at, updated_at)
      values (${second}, 'unsigned_users', 1, 'pending', ${api.engine.time.now()}, now(), now())`
  })
  await expect.poll(() => depths().slice(told), { timeout: patienceMs }).toEqual([one])
})

test('a filter leaves the rest out', async () => {
  const wanted = await api.engine.addCallback()
  const byCallback = await listen(tokenOf.service(), `?callbackId=${wanted.id}`)
  const byUser = await listen(tokenOf.service(), `?userId=${wanted.userId}`)
  await until(byCallback, 'reset')
  await until(byUser, 'reset')
  const { id } = await api.engine.addCallback()
  await api.engine.route(id, wanted.id)
  for (const reader of [byCallback, byUser]) {
    await until(reader, 'callback.queued')
    expect(logged(reader.events)).toMatchObject([{ data: { data: { callbackId: wanted.id } } }])
  }
})

test('a bearer has 20 streams, and a process so many as it may', async () => {
  const readers = await Promise.all(Array.from({ length: 20 }, () => listen()))
  expect(readers.map(({ status }) => status)).toEqual(Array(20).fill(200))
  expect((await listen()).status).toBe(429)
  const agents = await Promise.all(Array.from({ length: 10 }, () => api.engine.addAgent('busy')))
  for (const agentId of agents) expect((await listen(tokenOf.agent(agentId))).status).toBe(200)
  const refused = await listen(tokenOf.service())
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).toBe('2')
  readers[0]!.leave()
  await expect.poll(async () => (await listen()).status, { timeout: patienceMs }).toBe(200)
})

test('a stream ends with its token, and when the server stops', async () => {
  const short = await listen(sign({ role: 'service', sub: 'crm' }, { expiresAt: new Date(Date.now() + 2_500) }))
  const long = await listen()
  await until(long, 'reset')
  await expect(short.ended).resolves.toBeUndefined()
  const closing = api.app.close()
  await expect(long.ended).resolves.toBeUndefined()
  await closing
})

test('an agent who is not active any more is told no more', async () => {
  const agentId = await api.engine.addAgent('available')
  const reader = await listen(tokenOf.agent(agentId))
  await until(reader, 'reset')
  await api.service.put(`/api/agents/${agentId}`, { firstName: 'A', isActive: false })
  await expect(reader.ended).resolves.toBeUndefined()
})

test('whoever takes nothing is cut off, and nobody else notices', async () => {
  const reader = await listen()
  await until(reader, 'reset')
  const count = promisify(api.app.server.getConnections.bind(api.app.server))
  const connections = () => count()
  const before = await connections()
  const stalled = request(url, { headers: { authorization: `Bearer ${await tokenOf.service()}` } }, (response) => {
    response.pause()
  })
  stalled.once('error', () => {}) // It is cut off.
  stalled.end()
  onTestFinished(() => void stalled.destroy())
  await expect.poll(connections, { timeout: patienceMs }).toBe(before + 1)
  const agentId = await api.engine.addAgent('available')
  for (let n = 0; n < 40; n += 1) {
    await api.engine.owner`
      insert into events (type, at, agent_id, data)
      select 'agent.changed', now(), ${agentId}, jsonb_build_object('status', 'away') from generate_series(1, 1000)`
    await until(reader, 'agent.changed', 1_000 * (n + 1))
  }
  await expect.poll(connections, { timeout: patienceMs }).toBe(before)
})
