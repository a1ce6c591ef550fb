import { users, type Callback, type User } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { listCallsBefore, type CallsBefore } from '../queue/calls-before.ts'

/** A callback with whom to call, and what was said in the calls before. */
export type WithUser<Of extends Callback> = Of & CallsBefore & { user: User | null }

/** The same callbacks with their users: in one look at all of them, whoever asks. */
export async function withUsers<Of extends Callback>(deps: Deps, callbacks: Of[]): Promise<WithUser<Of>[]> {
  if (callbacks.length === 0) return []
  const [found, before] = await Promise.all([
    users.listByIds(deps.sql, [...new Set(callbacks.map(({ userId }) => userId))]),
    listCallsBefore(
      deps,
      callbacks.map(({ userId, id }) => ({ userId, callbackId: id })),
    ),
  ])
  const userOf = new Map(found.map((user) => [user.id, user]))
  return callbacks.map((callback, index) => ({
    ...callback,
    ...before[index]!,
    user: userOf.get(callback.userId) ?? null,
  }))
}
