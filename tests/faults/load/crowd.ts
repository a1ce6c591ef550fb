import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from '@ringback/testing/random'
import { agentCount, ordinaryPlace, sharedUser, type Crew } from './crew.ts'
import { rescheduleToNow } from './customers.ts'
import type { PatientClient } from './patient-client.ts'

const crowdEveryMs = 600
const mostAtOnce = 5
const tickEveryMs = 2_000

/** A service runs ticks, as an operator in a hurry does. */
export async function tick(crew: Crew): Promise<void> {
  const service = await crew.client({ role: 'service' })
  while (!crew.stopping.aborted) {
    await service.once('POST', '/api/cron/callback-notifications')
    await pause(tickEveryMs)
  }
}

/**
 * Many want something of one customer at the same moment: two to five of all that can be asked for are sent at once. What
 * is asked of an agent may meet what the agent itself is at.
 */
export async function crowd(crew: Crew): Promise<void> {
  const { promising, random } = crew
  const service = await crew.client({ role: 'service' })
  const supervisor = await crew.client({ role: 'supervisor' })
  while (!promising.aborted) {
    await pause(crowdEveryMs)
    const userId = sharedUser(random)
    const open = await service.call('GET', `/api/callbacks?status=pending&userId=${userId}&limit=50`)
    const callbackId = open?.body.items?.[0]?.id
    const steps = [...stepsAtUser(crew, service, userId), ...stepsAtAgent(supervisor, random)]
    if (callbackId) steps.push(...stepsAtCallback(crew, supervisor, callbackId))
    const chosen = Array.from({ length: 2 + random.below(mostAtOnce - 1) }, () => random.pick(steps))
    await Promise.all(chosen.map((step) => step()))
  }
}

type Step = () => Promise<unknown>

function stepsAtUser({ random }: Crew, service: PatientClient, userId: string): Step[] {
  return [
    () => service.call('PUT', ordinaryPlace(random, userId), { priorityScore: random.below(100) }),
    () => service.call('DELETE', ordinaryPlace(random, userId)),
    () => service.once('POST', '/api/cron/callback-notifications'),
  ]
}

function stepsAtAgent(supervisor: PatientClient, random: Random): Step[] {
  const own = `/api/agents/${anyAgent(random)}`
  return [() => supervisor.call('PUT', `${own}/session`, { status: 'available' })]
}

function stepsAtCallback({ books, random }: Crew, supervisor: PatientClient, callbackId: string): Step[] {
  const agentId = anyAgent(random)
  const accept = (by: number) => supervisor.call('POST', '/api/callbacks/accept', { callbackId, agentId: by })
  const snooze = () => supervisor.call('POST', '/api/callbacks/snooze', { callbackId, agentId, minutes: 1 })
  async function cancel() {
    const pending = books.beginCancel(callbackId)
    const answer = await supervisor.call('POST', '/api/callbacks/cancel', { callbackId })
    if (answer?.status === 200) pending.settle(true)
    else if (answer?.tries === 1) pending.settle(false)
  }
  const callNow = () => rescheduleToNow(supervisor, callbackId)
  // What is to meet more often stands there more than once.
  return [() => accept(agentId), () => accept(agentId), () => accept(anyAgent(random)), snooze, snooze, callNow, cancel]
}

function anyAgent(random: Random): number {
  return 1 + random.below(agentCount)
}
