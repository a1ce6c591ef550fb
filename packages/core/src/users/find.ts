import { callbacks, callSessions, users, type Callback, type CallSession, type User } from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'

export interface UserWithStory {
  user: User
  /** What it has been promised and waits for, by time. */
  openCallbacks: Callback[]
  /** Its last calls, the newest first. */
  lastCalls: CallSession[]
}

const shownCallbacks = 50
const shownCalls = 20

/**
 * A user, what it has been promised, and its last calls. Of both there are lists for those who want all.
 *
 * @throws DomainError `user-not-found`
 */
export async function getUser({ sql }: Deps, userId: string): Promise<UserWithStory> {
  const [user, openCallbacks, lastCalls] = await Promise.all([
    users.get(sql, userId),
    callbacks.listOpenOfUser(sql, userId, shownCallbacks),
    callSessions.list(sql, { userId }, undefined, shownCalls),
  ])
  if (!user) throw new DomainError('user-not-found', `There is no user ${userId}`)
  return { user, openCallbacks, lastCalls }
}
