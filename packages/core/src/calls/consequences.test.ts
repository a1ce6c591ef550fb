import { outcomeTypes, type OutcomeType } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  acceptCallback,
  claimNextCall,
  foreseeOutcomes,
  putPolicy,
  recordOutcome,
  releaseClaim,
  startCall,
} from '../index.ts'

const queueType = 'outstanding_requests'
const retries = { maxAttempts: 3, maxPerDay: 3, minutes: { no_answer: [30, 120], busy: [5] } }

let engine: TestEngine
let agentId: number
beforeEach(async () => {
  engine = await openTestEngine()
  agentId = await engine.addAgent('available')
})
afterEach(() => engine.close())

/** A call for a promise that the agent has claimed. */
async function claimed(): Promise<string> {
  const { id: callbackId } = await engine.addCallback()
  await acceptCallback(engine.deps, { callbackId, agentId })
  return (await claimNextCall(engine.deps, { agentId }))!.callSessionId
}

async function foreseen(callSessionId: string) {
  const consequences = await foreseeOutcomes(engine.deps, { callSessionId })
  return Object.fromEntries(consequences.map(({ outcomeType, ...rest }) => [outcomeType, rest]))
}

test('each outcome comes to what was foreseen', async () => {
  await putPolicy(engine.deps, { queueType, document: { retries } })
  for (const outcomeType of outcomeTypes) {
    const callSessionId = await claimed()
    const expected = (await foreseen(callSessionId))[outcomeType]!
    const { retry, callback } = await recordOutcome(engine.deps, { callSessionId, outcomeType })
    expect({ retry, result: callback!.result }).toEqual({ retry: expected.retry, result: expected.result })
  }
})

test('says when it is tried again, and that the last attempt ends it', async () => {
  await putPolicy(engine.deps, { queueType, document: { retries } })
  const callSessionId = await claimed()
  const at = (minutes: number) => new Date(engine.time.now().getTime() + minutes * 60_000)
  expect(await foreseen(callSessionId)).toMatchObject({
    resolved: { retry: null, result: 'reached', blocks: false },
    no_answer: { retry: { at: at(30), attempt: 2 }, result: null },
    busy: { retry: { at: at(5), attempt: 2 }, result: null },
    voicemail: { retry: null, result: 'not_reached' },
  })
  await recordOutcome(engine.deps, { callSessionId, outcomeType: 'busy' })
  await engine.pass(5 * 60_000)
  await engine.route((await engine.foundByTick())[0]!)
  const again = await claimNextCall(engine.deps, { agentId })
  expect(await foreseen(again!.callSessionId)).toMatchObject({
    busy: { retry: null, result: 'not_reached' },
    no_answer: { retry: { at: at(30), attempt: 3 } },
  })
})

test('says which outcomes block the customer, where the policy says so', async () => {
  const blocking = async () => {
    const consequences = await foreseen(await claimed())
    return (Object.keys(consequences) as OutcomeType[]).filter((type) => consequences[type]!.blocks)
  }
  expect(await blocking()).toEqual([])
  await putPolicy(engine.deps, { queueType, document: { refusalsBlock: true } })
  const other = await engine.addAgent('available')
  agentId = other
  expect(await blocking()).toContain('do_not_call')
})

test('of a call that holds no promise, or no more, nothing follows', async () => {
  await putPolicy(engine.deps, { queueType, document: { retries } })
  const callSessionId = await claimed()
  const held = await engine.deps.sql<
    { id: string }[]
  >`select id from call_queue where call_session_id = ${callSessionId}`
  await releaseClaim(engine.deps, { queueEntryId: held[0]!.id })
  expect(await foreseen(callSessionId)).toMatchObject({ no_answer: { retry: null, result: null } })
  const { session } = await startCall(engine.deps, { userId: await engine.addUser(), agentId, direction: 'inbound' })
  expect(await foreseen(session.id)).toMatchObject({ resolved: { retry: null, result: null } })
})
