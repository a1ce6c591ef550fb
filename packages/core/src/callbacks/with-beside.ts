import { callQueue, users, type Callback, type QueueEntry, type User } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { mayReadUsers } from './own.ts'

/** What a list of callbacks can show beside each, for whoever asks for it. */
export const besides = ['user', 'queueEntry'] as const
export type Beside = (typeof besides)[number]

export type WithBeside = Callback & {
  /** Null when the record was deleted, or is not for whoever asks (`mayReadUsers`). */
  user?: User | null
  /** Its live entry; null while it is in no queue. */
  queueEntry?: QueueEntry | null
}

/** The same callbacks, each with what is `wanted` beside it: in one look for all of them. */
export async function withBeside(
  deps: Deps,
  callbacks: Callback[],
  wanted: readonly Beside[],
  askedBy: number | undefined,
): Promise<WithBeside[]> {
  const userIds = [...new Set(callbacks.map(({ userId }) => userId))]
  if (wanted.length === 0 || userIds.length === 0) return callbacks
  const [found, entries] = await Promise.all([
    wanted.includes('user') ? listReadable(deps, userIds, askedBy) : undefined,
    wanted.includes('queueEntry') ? callQueue.listLiveOfUsers(deps.sql, userIds) : undefined,
  ])
  const userOf = found && new Map(found.map((user) => [user.id, user]))
  const entryOf = entries && new Map(entries.map((entry) => [entry.callbackId, entry]))
  return callbacks.map((callback) => ({
    ...callback,
    ...(userOf && { user: userOf.get(callback.userId) ?? null }),
    ...(entryOf && { queueEntry: entryOf.get(callback.id) ?? null }),
  }))
}

async function listReadable({ sql, clock }: Deps, ids: string[], askedBy: number | undefined): Promise<User[]> {
  return users.listByIds(sql, await mayReadUsers(sql, askedBy, ids, clock.now()))
}
