import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { canaries } from '../world/world.ts'
import { agentCount, markOf, sharedUser, type Crew } from './crew.ts'
import type { PatientClient } from './patient-client.ts'

const promiseEveryMs = 300
const herdSize = 8
const prefersPercent = 20
const firstOwnUser = 101
/** Further ahead than any promise but one that was put off. */
const putOffMs = 10_000
const impatientEveryMs = 1_000
const registerEveryMs = 400

/**
 * Customers are promised to be called: every other time one with promises of its own, now and then some at once who are
 * all to be called at the same moment.
 */
export async function promise(crew: Crew): Promise<void> {
  const { random, promising } = crew
  const service = await crew.client({ role: 'service' })
  for (let ownUser = firstOwnUser; !promising.aborted; ownUser++) {
    if (random.chance(3)) {
      const at = new Date(Date.now() + 1_000)
      await Promise.all(
        Array.from({ length: herdSize }, () =>
          promiseToRegistered(crew, service, String(firstOwnUser + ownUser++), at),
        ),
      )
    } else {
      const userId = random.chance(50) ? sharedUser(random) : String(firstOwnUser + ownUser)
      await promiseToRegistered(crew, service, userId, new Date(Date.now() - 1_000))
    }
    await pause(promiseEveryMs)
  }
}

async function promiseToRegistered(crew: Crew, service: PatientClient, userId: string, at: Date): Promise<void> {
  await register(service, userId)
  const preferredAgentId = crew.random.chance(prefersPercent) ? 1 + crew.random.below(agentCount) : undefined
  await promiseTo(crew, service, userId, { at, preferredAgentId })
}

/** Promises a call to a customer who is there, unless that is refused, and sees to it that the books have it. */
export async function promiseTo(
  { books, random }: Crew,
  service: PatientClient,
  userId: string,
  { at, ...more }: { at: Date; preferredAgentId?: number | undefined; whenClosed?: 'next-opening' },
): Promise<void> {
  const callbackReason = markOf(randomUUID())
  const body = { userId, scheduledFor: at.toISOString(), callbackReason, allowDuplicate: true, ...more }
  if (random.chance(50)) {
    const answer = await service.call('POST', '/api/callbacks', body, { isKeyed: true })
    if (answer?.status === 201) books.promised.add(answer.body.id!)
    return
  }
  const answer = await service.once('POST', '/api/callbacks', body)
  if (answer?.status === 201) books.promised.add(answer.body.id!)
  if (answer) return
  // Nobody knows whether that is a promise. If it is one it can be read; to make it again might make two of it.
  const list = await service.call('GET', `/api/callbacks?userId=${userId}&limit=200`)
  const made = list?.body.items?.find((it) => it.callbackReason === callbackReason)
  if (made) books.promised.add(made.id)
}

function register(service: PatientClient, userId: string) {
  return service.call('PUT', `/api/users/${userId}`, { name: `User ${userId}`, phone: canaries.phone })
}

/** Customers whose callback was put off ask to be called now: some of them soon, all when no more promises are made. */
export async function callNow(crew: Crew): Promise<void> {
  const { random, promising, stopping } = crew
  const service = await crew.client({ role: 'service' })
  while (!stopping.aborted) {
    const from = encodeURIComponent(new Date(Date.now() + putOffMs).toISOString())
    for (const status of ['pending', 'accepted']) {
      const later = await service.call('GET', `/api/callbacks?status=${status}&from=${from}&limit=200`)
      for (const { id } of later?.body.items ?? []) {
        if (promising.aborted || random.chance(40)) await rescheduleToNow(service, id)
      }
    }
    await pause(impatientEveryMs)
  }
}

export function rescheduleToNow(client: PatientClient, callbackId: string) {
  return client.call('POST', '/api/callbacks/reschedule', { callbackId, scheduledFor: new Date().toISOString() })
}

/**
 * Customers are deleted, and are back some time later with all that they were promised. The one who is first in the list
 * stays: faults may name it.
 */
export async function comeAndGo(crew: Crew): Promise<void> {
  const { random, promising, stopping } = crew
  const service = await crew.client({ role: 'service' })
  while (!stopping.aborted) {
    const userId = sharedUser(random)
    const path = `/api/users/${userId}`
    const answer = await service.call('GET', path)
    if (answer?.status === 404) {
      await register(service, userId)
      const promised = await service.call('GET', `/api/callbacks?status=pending&userId=${userId}&limit=200`)
      // Not tried again for a minute or more after it failed, unless it is moved.
      for (const { id } of promised?.body.items ?? []) await rescheduleToNow(service, id)
    } else if (userId !== '1' && random.chance(20) && !promising.aborted) {
      await service.once('DELETE', path)
    }
    await pause(registerEveryMs)
  }
}
