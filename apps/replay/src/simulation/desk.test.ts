import { startCall } from '@ringback/core'
import { agentSessions } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ringbackCentre } from '../centre/ringback-centre.ts'
import { desk } from './desk.ts'

const talkSeconds = 100

let engine: TestEngine
/** What is to happen when the customer hangs up. */
let hangUps: (() => Promise<unknown>)[]
let called: number
let isNeeded: boolean
beforeEach(async () => {
  engine = await openTestEngine()
  await engine.reconcile()
  hangUps = []
  called = 0
  isNeeded = false
})
afterEach(() => engine.close())

async function staffedDesk({ isOdd }: { isOdd: boolean }) {
  let agentId = await engine.addAgent()
  if ((agentId % 2 === 1) !== isOdd) agentId = await engine.addAgent()
  const own = desk({
    centre: ringbackCentre(engine.deps, { runMinute: () => Promise.resolve(), settle: () => Promise.resolve() }),
    agentId,
    talkSeconds: () => talkSeconds,
    after: (_, run) => hangUps.push(run),
    onCalled: () => called++,
    isOver: () => false,
    isNeeded: () => isNeeded,
    onLeft: () => Promise.resolve(),
  })
  await own.logIn()
  return own
}

/** A callback that is due and in a queue for the agent. */
async function dueCallback(preferredAgentId: number) {
  const { id } = await engine.addCallback({ preferredAgentId })
  await engine.route(id)
  return id
}

async function loggedCall(agentId: number) {
  const { session } = await startCall(engine.deps, { userId: await engine.addUser(), agentId, direction: 'inbound' })
  return { callSessionId: session.id, durationSeconds: 60 }
}

const hangUp = () => hangUps.shift()!()
const statusOf = async (agentId: number) => (await agentSessions.getOpen(engine.sql, agentId))?.status
const historyOf = async (callbackId: string) =>
  (await engine.sql`select kind from callback_notifications where callback_id = ${callbackId} order by id`).map(
    (row) => row.kind as string,
  )

test.each([
  [true, ['scheduled', 'queued', 'accepted', 'claimed', 'completed']],
  [false, ['scheduled', 'queued', 'claimed', 'completed']],
])('an agent calls what is assigned and due (odd: %s)', async (isOdd, history) => {
  const own = await staffedDesk({ isOdd })
  const id = await dueCallback(own.agentId)
  await own.ask()
  expect(own.isTalking()).toBe(true)
  expect(await statusOf(own.agentId)).toBe('busy')
  await hangUp()
  expect(await historyOf(id)).toEqual(history)
  expect(await statusOf(own.agentId)).toBe('available')
  expect(called).toBe(1)
})

test('nothing is claimed during a logged call', async () => {
  const own = await staffedDesk({ isOdd: false })
  const id = await dueCallback(own.agentId)
  const call = await loggedCall(own.agentId)
  await own.beginLoggedCall()
  await own.ask()
  expect(await engine.callback(id)).toMatchObject({ status: 'pending' })
  await own.endLoggedCall(call)
  expect(await engine.callback(id)).toMatchObject({ status: 'in_progress' })
})

test('a talk that ends during a logged call gets its outcome when that is over', async () => {
  const own = await staffedDesk({ isOdd: false })
  const id = await dueCallback(own.agentId)
  await own.ask()
  const call = await loggedCall(own.agentId)
  await own.beginLoggedCall()
  await hangUp()
  expect(await engine.callback(id)).toMatchObject({ status: 'in_progress' })
  await own.endLoggedCall(call)
  expect(await engine.callback(id)).toMatchObject({ status: 'completed' })
  expect(await statusOf(own.agentId)).toBe('available')
})

test('the end of one of two logged calls leaves the agent busy', async () => {
  const own = await staffedDesk({ isOdd: false })
  const [first, second] = [await loggedCall(own.agentId), await loggedCall(own.agentId)]
  await own.beginLoggedCall()
  await own.beginLoggedCall()
  await own.endLoggedCall(first)
  expect(await statusOf(own.agentId)).toBe('busy')
  await own.endLoggedCall(second)
  expect(await statusOf(own.agentId)).toBe('available')
})

test('after the shift an agent leaves as soon as the talk is over and nobody needs it', async () => {
  const own = await staffedDesk({ isOdd: false })
  await dueCallback(own.agentId)
  await own.ask()
  isNeeded = true
  await own.endShift()
  await hangUp()
  expect(own.isStaffed()).toBe(true)
  isNeeded = false
  await own.leaveIfDone()
  expect(own.isStaffed()).toBe(false)
  expect(await statusOf(own.agentId)).toBeUndefined()
})
