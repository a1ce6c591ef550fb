import { expect, test } from 'vitest'
import { methodOf, nounOf } from './names.ts'

test.each([
  ['Callbacks', 'scheduleCallback', 'callbacks.schedule'],
  ['Callbacks', 'listCallbacks', 'callbacks.list'],
  ['Queues', 'releaseQueueEntry', 'queues.releaseEntry'],
  ['Queues', 'listQueues', 'queues.list'],
  ['Queues', 'listQueue', 'queues.entries'],
  ['Next call', 'claimNextCall', 'nextCall.claim'],
  ['Next call', 'listPendingCallbacks', 'nextCall.listPendingCallbacks'],
  ['Call sessions', 'startCallSession', 'callSessions.start'],
  ['Policies', 'getPolicy', 'policies.get'],
  ['Policies', 'listPolicyVersions', 'policies.listVersions'],
  ['Agents', 'heartbeat', 'agents.heartbeat'],
  ['Users', 'putUsers', 'users.putMany'],
  ['Events', 'events', 'events.events'],
])('of %s, %s is %s', (tag, operationId, name) => {
  const noun = nounOf(tag)
  expect(`${noun}.${methodOf(operationId, noun)}`).toBe(name)
})
