import { acceptCallback, claimNextCall, closeSession, tick } from '@ringback/core'
import { cronRuns } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startWorker, type RunningWorker } from './worker.ts'

let engine: TestEngine
let worker: RunningWorker
beforeEach(async () => {
  engine = await openTestEngine()
  worker = startWorker(engine, { concurrency: 10 })
  // The tick with which a worker begins would take callbacks from the test.
  await vi.waitUntil(async () => (await cronRuns.latest(engine.sql)).finishedAt, { timeout: 10_000 })
})
afterEach(async () => {
  await worker.close()
  await engine.close()
})

const ofTask = (task: string) => ({ role: 'engine', task })

/** Who did the last of these to a callback; undefined when nobody has. */
async function actorOf(kind: string, callbackId: string): Promise<unknown> {
  const [event] = await engine.sql`
    select actor from callback_notifications where kind = ${kind} and callback_id = ${callbackId} order by id desc limit 1`
  return event?.actor
}

test('what the engine does by itself is done by its tasks, in the history and in the log', async () => {
  const agentId = await engine.addAgent('available')
  const placed = await engine.addCallback({ preferredAgentId: agentId, inMinutes: -1 })
  const lost = await engine.addCallback({ inMinutes: -1 })
  await engine.sql`delete from users where id = ${lost.userId}`
  const logged = engine.logged.length
  await tick(engine.deps, { trigger: 'schedule' })
  const expectActor = (kind: string, { id }: { id: string }, task: string) =>
    expect.poll(() => actorOf(kind, id), { timeout: 20_000 }).toEqual(ofTask(task))
  await expectActor('queued', placed, 'tick')
  await expectActor('routing_failed', lost, 'tick')

  // Who logs out is not who gives its callbacks to others.
  const other = await engine.addAgent('available')
  await closeSession(engine.deps, agentId)
  await expectActor('rerouted', placed, 'routing')

  // An agent whose desktop died: its session is closed, its claim given back.
  await acceptCallback(engine.deps, { callbackId: placed.id, agentId: other })
  expect(await claimNextCall(engine.deps, { agentId: other })).toMatchObject({ callback: { id: placed.id } })
  await engine.sql`
    update agent_sessions set last_seen_at = ${new Date(engine.time.now().getTime() - 91_000)} where logout_at is null`
  await expectActor('released', placed, 'presence')
  await expect
    .poll(() => engine.logged.find(({ msg }) => msg === 'agent lost: session closed, calls given back'), {
      timeout: 20_000,
    })
    .toMatchObject({ agentId: other, actor: ofTask('presence') })

  // A row that is wrong is set right.
  const marked = await engine.addCallback({ inMinutes: 600 })
  await engine.breakRows((sql) => sql`update callbacks set is_queued = true where id = ${marked.id}`)
  await expectActor('repaired', marked, 'rows')
  await expect
    .poll(() => engine.logged.find(({ msg }) => msg === 'row was wrong'), { timeout: 20_000 })
    .toMatchObject({ actor: ofTask('rows') })

  const [nobody] = await engine.sql`select count(*)::int as count from callback_notifications where actor is null`
  expect(nobody!.count).toBe(0)
  const finished = engine.logged.slice(logged).filter(({ msg }) => msg === 'tick finished')
  expect(finished.length).toBeGreaterThan(0)
  for (const line of finished) expect(line.actor).toEqual(ofTask('tick'))
})
