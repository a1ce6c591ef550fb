import type { Expected, World } from './world.ts'

/** A user is put on the do-not-call list. */
export function block(world: World, userId: string): Expected {
  world.blocked.add(userId)
  return {
    status: 200,
    body: { subject: `user:${userId}`, cancelledCallbackIds: stopCalling(world, userId) },
  }
}

export function unblock(world: World, userId: string): Expected {
  world.blocked.delete(userId)
  return { status: 204 }
}

/** What was promised is taken back and the places are gone; what somebody has claimed is left to its agent. */
export function stopCalling(world: World, userId: string): string[] {
  const wish = world.wishes.get(userId)
  if (wish) wish.since = null
  if (!world.entries.get(userId)?.claim) world.entries.delete(userId)
  const open = world.callbacks
    .filter(({ userId: of, status }) => of === userId && (status === 'pending' || status === 'accepted'))
    .toSorted((a, b) => a.scheduledFor - b.scheduledFor || (a.id < b.id ? -1 : 1))
  for (const callback of open) {
    Object.assign(callback, {
      status: 'cancelled',
      result: 'blocked',
      retryAt: null,
      unplacedBecause: null,
      ownerAwaitedUntil: null,
    })
  }
  return open.map(({ id }) => id)
}
