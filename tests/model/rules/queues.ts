import type { QueueType } from '@ringback/db'
import { serves, waiting } from './queue.ts'
import { availableAgents } from './routing.ts'
import { defaultQueueType, type Expected, openStatuses, refused, type World } from './world.ts'

export function putQueue(world: World, queueType: QueueType): Expected {
  const isNew = !world.queueTypes.has(queueType)
  world.queueTypes.add(queueType)
  return { status: isNew ? 201 : 200, body: { queueType } }
}

/** A queue goes that nobody needs, and agents serve it no more. */
export function deleteQueue(world: World, queueType: QueueType): Expected {
  if (!world.queueTypes.has(queueType)) return refused(404, 'queue-not-found')
  if (isNeeded(world, queueType)) return refused(409, 'queue-in-use')
  world.queueTypes.delete(queueType)
  world.plannedBy.delete(queueType)
  for (const [agentId, served] of world.skills) {
    const left = served.filter((other) => other !== queueType)
    world.skills.set(agentId, left)
  }
  return { status: 204 }
}

function isNeeded({ entries, callbacks, wishes }: World, queueType: QueueType): boolean {
  return (
    queueType === defaultQueueType ||
    [...entries.values()].some((entry) => entry.queueType === queueType) ||
    callbacks.some((callback) => callback.queueType === queueType && openStatuses.has(callback.status)) ||
    [...wishes.values()].some((wish) => wish.queueType === queueType && wish.since !== null)
  )
}

export function queueFigures(world: World, queueType: QueueType) {
  const here = waiting(world).filter((entry) => entry.queueType === queueType)
  return {
    queueType,
    waiting: here.length,
    waitingCallbacks: here.filter((entry) => entry.callback).length,
    inProgress: [...world.entries.values()].filter((entry) => entry.claim && entry.queueType === queueType).length,
    openCallbacks: world.callbacks.filter(
      (callback) => callback.queueType === queueType && openStatuses.has(callback.status),
    ).length,
    availableAgents: availableAgents(world).filter((agentId) => serves(world, agentId, queueType)).length,
  }
}

/** What an agent has of queues that it serves no more is routed again. */
export function putSkills(world: World, agentId: number, queueTypes: QueueType[] | null): Expected {
  if (queueTypes?.some((queueType) => !world.queueTypes.has(queueType))) return refused(422, 'unknown-queue')
  const served = queueTypes && [...new Set(queueTypes)].toSorted()
  if (served) world.skills.set(agentId, served)
  else world.skills.delete(agentId)
  for (const { assignedTo, callback } of waiting(world)) {
    if (served && assignedTo === agentId && callback) world.jobs.add(callback)
  }
  return { status: 200, body: { agentId, queueTypes: served } }
}
