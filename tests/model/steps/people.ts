import fc from 'fast-check'
import * as blocks from '../rules/blocks.ts'
import * as rulesOfHours from '../rules/hours.ts'
import { type Policy, putPolicy as putPolicyIn } from '../rules/policies.ts'
import * as presence from '../rules/presence.ts'
import * as queue from '../rules/queue.ts'
import * as queues from '../rules/queues.ts'
import { calendarIds, defaultQueueType, firstHours, firstPolicy, minute, queueTypesTried } from '../rules/world.ts'
import { calendarOf } from '../system.ts'
import { anAgent, aQueue, aUser, expectAnswer, often, step, type Step } from './step.ts'

const statuses = ['available', 'available', 'available', 'away', 'busy', 'wrap_up'] as const
const queueType = aQueue
const aCalendar = fc.constantFrom(...calendarIds)

const putSession = step(
  'session',
  { agentId: anAgent, status: fc.constantFrom(...statuses) },
  async (world, { supervisor }, { agentId, status }) => {
    const answer = await supervisor.put(`/api/agents/${agentId}/session`, { status })
    expectAnswer(answer, presence.putSession(world, agentId, status))
  },
)

const logOut = step('log out', { agentId: anAgent }, async (world, { supervisor }, { agentId }) => {
  expectAnswer(await supervisor.delete(`/api/agents/${agentId}/session`), presence.logOut(world, agentId))
})

const putOrdinary = step(
  'put into queue',
  { userId: aUser, queueType, priorityScore: fc.nat({ max: 2 }), inMinutes: fc.constantFrom(-1, 0, 0, 0, 2) },
  async (world, { supervisor }, input) => {
    const { userId, priorityScore, inMinutes } = input
    const availableFrom = inMinutes === 0 ? undefined : new Date(world.now + inMinutes * minute)
    const url = `/api/queues/${input.queueType}/users/${userId}`
    expectAnswer(await supervisor.put(url, { priorityScore, availableFrom }), queue.putOrdinary(world, input))
  },
)

const removeOrdinary = step('take out of queue', { userId: aUser, queueType }, async (world, { supervisor }, input) => {
  const answer = await supervisor.delete(`/api/queues/${input.queueType}/users/${input.userId}`)
  expectAnswer(answer, queue.removeOrdinary(world, input))
})

const putUser = step('put user', { userId: aUser }, async (world, { supervisor }, { userId }) => {
  expectAnswer(await supervisor.put(`/api/users/${userId}`, { name: 'Ada' }), queue.putUser(world, userId))
})

const deleteUser = step('delete user', { userId: aUser }, async (world, { supervisor }, { userId }) => {
  expectAnswer(await supervisor.delete(`/api/users/${userId}`), queue.deleteUser(world, userId))
})

const putQueue = step('put queue', { queueType }, async (world, { supervisor }, input) => {
  const answer = await supervisor.put(`/api/queues/${input.queueType}`, { name: 'A queue' })
  expectAnswer(answer, queues.putQueue(world, input.queueType))
})

const deleteQueue = step('delete queue', { queueType }, async (world, { supervisor }, input) => {
  const answer = await supervisor.delete(`/api/queues/${input.queueType}`)
  expectAnswer(answer, queues.deleteQueue(world, input.queueType))
})

const putSkills = step(
  'skills',
  { agentId: anAgent, queueTypes: fc.option(fc.subarray(queueTypesTried), { freq: 2 }) },
  async (world, { supervisor }, { agentId, queueTypes }) => {
    const answer = await supervisor.put(`/api/agents/${agentId}`, { firstName: 'Agent', queueTypes })
    expectAnswer(answer, queues.putSkills(world, agentId, queueTypes))
  },
)

const block = step('put on the do-not-call list', { userId: aUser }, async (world, { supervisor }, { userId }) => {
  const answer = await supervisor.put(`/api/do-not-call/user:${userId}`, { reason: 'asked' })
  expectAnswer(answer, blocks.block(world, userId))
})

const unblock = step('take off the do-not-call list', { userId: aUser }, async (world, { supervisor }, { userId }) => {
  expectAnswer(await supervisor.delete(`/api/do-not-call/user:${userId}`), blocks.unblock(world, userId))
})

const { retries } = firstPolicy
const policies: Policy[] = [
  {},
  { retries: retries!, refusalsBlock: true },
  { retries: { maxAttempts: 3, maxPerDay: 2, minutes: { no_answer: [1, 1, 1], voicemail: [2] } } },
]

const putPolicy = step(
  'put policy',
  {
    queueType: fc.oneof({ weight: 2, arbitrary: fc.constant(defaultQueueType) }, aQueue),
    rules: fc.constantFrom(...policies),
    callbackShare: fc.constantFrom(100, 67, 50, 0, 0, 0),
    openingHours: fc.option(aCalendar, { freq: 2 }),
    quietHours: fc.option(aCalendar, { freq: 1 }),
    ownerWaitMinutes: fc.constantFrom(undefined, undefined, 2, 15),
    escalateAfterMinutes: fc.constantFrom(undefined, undefined, 2, 10),
  },
  async (world, { supervisor }, input) => {
    const document = {
      ...input.rules,
      callbackShare: input.callbackShare,
      ...(input.ownerWaitMinutes && { ownerWaitMinutes: input.ownerWaitMinutes }),
      ...(input.escalateAfterMinutes && { escalateAfterMinutes: input.escalateAfterMinutes }),
      ...(input.openingHours && { openingHours: input.openingHours }),
      ...(input.quietHours && { quietHours: { '*': input.quietHours } }),
    }
    const answer = await supervisor.put(`/api/policies/${input.queueType}`, document)
    expectAnswer(answer, putPolicyIn(world, input.queueType, document))
  },
)

const putCalendar = step(
  'put calendar',
  { id: aCalendar, hours: fc.constantFrom({ from: 0, until: 4 }, { from: 3, until: 9 }, firstHours) },
  async (world, { supervisor }, { id, hours }) => {
    const answer = await supervisor.put(`/api/calendars/${id}`, calendarOf(hours))
    expectAnswer(answer, rulesOfHours.putCalendar(world, id, hours))
  },
)

const deleteCalendar = step('delete calendar', { id: aCalendar }, async (world, { supervisor }, { id }) => {
  expectAnswer(await supervisor.delete(`/api/calendars/${id}`), rulesOfHours.deleteCalendar(world, id))
})

/** What agents and users do beside calls. */
export const peopleSteps: Step[] = [
  ...often(5, putSession),
  ...often(2, logOut),
  ...often(7, putOrdinary),
  removeOrdinary,
  ...often(2, putUser),
  deleteUser,
  putQueue,
  deleteQueue,
  ...often(2, putSkills),
  block,
  ...often(2, unblock),
  ...often(4, putPolicy),
  ...often(2, putCalendar),
  deleteCalendar,
]
