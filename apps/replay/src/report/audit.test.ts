import { claimNextCall, recordOutcome, releaseClaim } from '@ringback/core'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { auditPromises } from './audit.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

const audit = (...ids: string[]) => auditPromises(engine.sql, ids)

/** A promise that an agent keeps, `lateSeconds` after its time. */
async function called({ lateSeconds = 0, isPreferred = false } = {}) {
  const agentId = await engine.addAgent('available')
  const { id } = await engine.addCallback(isPreferred ? { preferredAgentId: agentId } : {})
  await engine.route(id)
  engine.time.advance(lateSeconds * 1_000)
  await engine.sql`update call_queue set status = 'assigned', assigned_to_agent_id = ${agentId}, assigned_at = now()
    where callback_id = ${id}`
  const { callSessionId } = (await claimNextCall(engine.deps, { agentId }))!
  await recordOutcome(engine.deps, { callSessionId, outcomeType: 'resolved' })
  engine.time.advance(-lateSeconds * 1_000)
  return id
}

test('promises that were kept are told by lateness and by who kept them', async () => {
  const ids = [await called(), await called({ lateSeconds: 40 }), await called({ lateSeconds: 301, isPreferred: true })]
  expect(await audit(...ids)).toEqual({
    promised: 3,
    called: 3,
    open: 0,
    lost: 0,
    doubled: 0,
    latenessSeconds: { p50: 40, p95: 301, max: 301 },
    calledWithin5Minutes: 2,
    byPreferredAgent: 1,
    bySubstitute: 2,
    inDatabase: 3,
  })
})

test('promises that wait, in a queue or not, or are being kept, are open', async () => {
  const agentId = await engine.addAgent('available')
  const later = await engine.addCallback({ inMinutes: 60 })
  const queued = await engine.addCallback()
  await engine.route(queued.id)
  const claimed = await engine.addCallback()
  await engine.route(claimed.id)
  await claimNextCall(engine.deps, { agentId })
  expect(await audit(later.id, queued.id, claimed.id)).toMatchObject({ promised: 3, called: 0, open: 3, lost: 0 })
})

test('a promise that is gone, cancelled, or open where nothing finds it, is lost', async () => {
  const gone = await engine.addCallback()
  await engine.sql`delete from callbacks where id = ${gone.id}`
  const cancelled = await engine.addCallback()
  await engine.sql`update callbacks set status = 'cancelled', cancelled_at = now() where id = ${cancelled.id}`
  const unfindable = await engine.addCallback()
  await engine.breakRows((sql) => sql`update callbacks set is_queued = true where id = ${unfindable.id}`)
  const forgotten = await engine.addCallback()
  await engine.route(forgotten.id)
  await engine.breakRows((sql) => sql`update callbacks set is_queued = false where id = ${forgotten.id}`)
  const ids = [gone, cancelled, unfindable, forgotten].map(({ id }) => id)
  expect(await audit(...ids)).toMatchObject({ promised: 4, called: 0, open: 0, lost: 4, inDatabase: 3 })
})

test('a callback completed by a call without an outcome, or by a call for somebody else, is lost', async () => {
  const [one, other] = [await called(), await called()]
  await engine.sql`update call_sessions set last_outcome_type = null where callback_id = ${one}`
  await engine.sql`update call_sessions set callback_id = ${one} where callback_id = ${other}`
  expect(await audit(one, other)).toMatchObject({ called: 0, lost: 2 })
})

test('a second claim is double, unless the first was given back', async () => {
  const agentId = await engine.addAgent('available')
  const { id } = await engine.addCallback()
  await engine.route(id)
  const claim = async () => (await claimNextCall(engine.deps, { agentId }))!
  await releaseClaim(engine.deps, { queueEntryId: (await claim()).queueEntry.id })
  const { callSessionId } = await claim()
  await recordOutcome(engine.deps, { callSessionId, outcomeType: 'resolved' })
  expect(await audit(id)).toMatchObject({ called: 1, doubled: 0 })

  await engine.sql`insert into callback_notifications (callback_id, kind, at) values (${id}, 'claimed', now())`
  expect(await audit(id)).toMatchObject({ called: 1, doubled: 1 })
})

test('a customer who was called twice for one promise is double', async () => {
  const id = await called()
  await engine.sql`
    insert into call_sessions (user_id, direction, status, started_at, completed_at, last_outcome_type, callback_id, created_at)
    select user_id, direction, status, started_at, completed_at, 'no_answer', callback_id, created_at
    from call_sessions where callback_id = ${id}`
  expect(await audit(id)).toMatchObject({ called: 1, doubled: 1 })
})
