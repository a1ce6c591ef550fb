import { isDeepStrictEqual } from 'node:util'
import {
  callbacks,
  callQueue,
  mayMove,
  openStatuses,
  updatableFields,
  type Callback,
  type Metadata,
} from '@ringback/db'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import { entryOf, lockCallback, type LockedCallback } from '../locks.ts'
import { queueReasonOf } from '../routing/entry-terms.ts'
import type { Transaction } from '../transact.ts'
import { requireOwn } from './own.ts'
import { makeOf, requireActive } from './reassign.ts'

/** What may be changed of a callback without taking it back. What is left out stays as it is. */
interface Changes {
  callbackReason?: string | null | undefined
  /** As a whole. */
  metadata?: Metadata | undefined
  /** Null, whoever is there. */
  preferredAgentId?: number | null | undefined
}

export interface UpdateInput extends Changes {
  callbackId: string
  /** The agent when it asks itself: it changes its own or nobody's. */
  askedBy?: number | undefined
}

/**
 * Changes what an open callback says, and whom it prefers; the history tells which of it, and not how it reads. Its entry says
 * the same at once. A change of whom it prefers gives it to that agent as `reassignCallback` does: so it is refused of one that
 * an agent has accepted or is calling, which would lose it, and one that its agent alone may call must name another.
 *
 * @throws DomainError `callback-not-found`, `callback-not-open`, `unknown-user`, `callback-not-pending`, `owner-not-named`,
 *   `unknown-agent`, `agent-inactive`
 */
export async function updateCallback(deps: Deps, { callbackId, askedBy, ...asked }: UpdateInput): Promise<Callback> {
  return deps.transact(async (tx) => {
    const locked = await lockCallback(tx, callbackId)
    const { callback, user } = locked
    await requireOwn(tx.sql, askedBy, callback, entryOf(locked))
    if (!(openStatuses as readonly string[]).includes(callback.status)) throw notOpen(callback, 'changed')
    // Of a user who was erased nothing is written down any more.
    if (!user) throw new DomainError('unknown-user', `The user ${callback.userId} of callback ${callbackId} is gone`)
    const fields = changedIn(callback, asked)
    if (fields.length === 0) return callback

    const described = await describe(tx, locked, asked)
    const { preferredAgentId } = asked
    const updated =
      preferredAgentId === undefined || preferredAgentId === callback.preferredAgentId
        ? described
        : await prefer(deps, tx, { ...locked, callback: described }, preferredAgentId)
    tx.note({ callbackId, kind: 'updated', agentId: updated.preferredAgentId, details: { fields } })
    tx.afterCommit(() => deps.log.info({ callbackId, fields }, 'callback updated'))
    return updated
  })
}

function changedIn(callback: Callback, asked: Changes): (keyof Changes)[] {
  return updatableFields.filter(
    (field) => asked[field] !== undefined && !isDeepStrictEqual(asked[field], callback[field]),
  )
}

async function describe(
  { sql, now, changed }: Transaction,
  locked: LockedCallback,
  { callbackReason = locked.callback.callbackReason, metadata = locked.callback.metadata }: Changes,
): Promise<Callback> {
  const described = (await callbacks.describe(sql, locked.callback.id, { callbackReason, metadata }, now))!
  const entry = entryOf(locked)
  if (entry && callbackReason !== locked.callback.callbackReason) {
    const renewed = await callQueue.setReason(sql, entry.id, queueReasonOf(described, entry), now)
    if (renewed) changed.push(renewed)
  }
  return described
}

async function prefer(deps: Deps, tx: Transaction, locked: LockedCallback, agentId: number | null): Promise<Callback> {
  const { callback } = locked
  if (callback.status === 'accepted') {
    const detail = `Agent ${callback.preferredAgentId} has accepted callback ${callback.id} and would lose it; POST /api/callbacks/reassign takes it from an agent`
    throw new DomainError('callback-not-pending', detail)
  }
  if (!mayMove(callback.status, 'reassign')) throw notOpen(callback, 'given to another agent')
  if (callback.owner === 'only' && agentId === null) {
    const detail = `Only its preferred agent is to make the call of callback ${callback.id}, so it must name one`
    throw new DomainError('owner-not-named', detail)
  }
  await requireActive(tx, agentId)
  return makeOf(deps, tx, locked, agentId)
}

function notOpen({ id, status }: Callback, what: string): DomainError {
  return new DomainError('callback-not-open', `Callback ${id} is ${status} and cannot be ${what}`)
}
