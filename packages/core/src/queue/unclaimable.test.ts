import { claimTogether, asAgent, openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { claimNextCall, listFindings, monitor, peekNextCall, putQueueUser } from '../index.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

/** A due callback of nobody, which is first in line. */
async function addFirst() {
  const { id } = await engine.addCallback({ inMinutes: -1, callbackReason: 'poison' })
  await engine.route(id)
  return (await engine.entryOf(id))!
}

async function addNext() {
  return putQueueUser(engine.deps, {
    userId: await engine.addUser(),
    queueType: 'outstanding_requests',
    priorityScore: 1,
  })
}

const alerts = async () => (await monitor(engine.deps, { hours: 1 })).alerts.map(({ name }) => name)

/** Each makes an entry one that no claim can take. */
const wrongs: Record<string, (entry: { id: string; callbackId: string | null; userId: string }) => Promise<unknown>> = {
  'a constraint refuses what a claim would write': () =>
    engine.owner`
      alter table callbacks add constraint poison
      check (callback_reason <> 'poison' or status <> 'in_progress') not valid`,
  'its callback has ended': ({ callbackId }) =>
    engine.breakRows(
      (sql) =>
        sql`update callbacks set status = 'cancelled', cancelled_at = now(), is_queued = false where id = ${callbackId}`,
    ),
  'its user does not exist': ({ userId }) => engine.breakRows((sql) => sql`delete from users where id = ${userId}`),
}

describe.each(['with lanes', 'from Postgres alone'])('%s, an entry that cannot be claimed', (mode) => {
  beforeEach(async () => {
    if (mode === 'with lanes') await engine.reconcile()
  })

  test.each(Object.keys(wrongs))('is passed over and reported once, when %s', async (wrong) => {
    const entry = await addFirst()
    const next = await addNext()
    await wrongs[wrong]!(entry)
    const agents = [await engine.addAgent('busy'), await engine.addAgent('busy')]
    expect(await claimNextCall(engine.deps, { agentId: agents[0]! })).toMatchObject({ queueEntry: { id: next.id } })
    expect(await claimNextCall(engine.deps, { agentId: agents[1]! })).toBeUndefined()
    expect(await peekNextCall(engine.deps, { agentId: agents[1]! })).toBeUndefined()
    const logged = engine.logged.filter(({ msg }) => msg === 'queue entry cannot be claimed')
    expect(logged).toMatchObject([{ level: 50, queueEntryId: entry.id }])
    expect(await listFindings(engine.deps, { limit: 10 })).toMatchObject([
      { kind: 'entry-unclaimable', subject: entry.id, repairedAt: null },
    ])
    expect(await alerts()).toContain('entries-unclaimable')
  })

  test('that somebody has locked for long keeps nobody waiting for longer than a second or two', async () => {
    const entry = await addFirst()
    const next = await addNext()
    const others = [await addNext(), await addNext()]
    const agents = await Promise.all([1, 2, 3].map(() => engine.addAgent('busy')))
    await engine.sql.begin(async (sql) => {
      await sql`select from call_queue where id = ${entry.id} for update`
      const beganAt = performance.now()
      const claimed = await claimTogether(engine.deps, agents.map(asAgent))
      expect(performance.now() - beganAt).toBeLessThan(8_000) // A lock is waited for ten seconds elsewhere.
      const ids = claimed.map((call) => (call && !(call instanceof Error) ? call.queueEntry.id : undefined))
      expect(new Set(ids)).toEqual(new Set([next.id, ...others.map(({ id }) => id)]))
    })
    // Without lanes a claim looks at many entries at once, and meets the locked one only when it is the last.
    const told = mode === 'with lanes' ? ['entries-unclaimable'] : []
    expect(await alerts()).toEqual(expect.arrayContaining(told))
  })

  test('one of many that somebody has locked for long, keeps nobody waiting for each of them', async () => {
    for (let n = 0; n < 24; n++) await addFirst()
    const lowest = await putQueueUser(engine.deps, {
      userId: await engine.addUser(),
      queueType: 'unsigned_users',
      priorityScore: 9,
    })
    const agentId = await engine.addAgent('busy')
    await engine.sql.begin(async (sql) => {
      await sql`select from call_queue where callback_id is not null for update`
      const beganAt = performance.now()
      const nothing = await claimNextCall(engine.deps, { agentId, queueType: 'outstanding_requests' })
      const free = await claimNextCall(engine.deps, { agentId })
      expect(performance.now() - beganAt).toBeLessThan(8_000) // Half a second for each of them would be twelve.
      expect([nothing, free]).toMatchObject([undefined, { queueEntry: { id: lowest.id } }])
    })
  })
})
