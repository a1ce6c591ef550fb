import { randomUUID } from 'node:crypto'
import { engineFacts, webhooks, type Webhook } from '@ringback/db'
import { addMilliseconds } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../errors.ts'
import type { EventType } from '../events/catalogue.ts'
import { placeId } from '../events/read-log.ts'
import { dayMs } from '../rules.ts'
import type { Transaction } from '../transact.ts'
import { requireAllowedUrl } from './allowed-url.ts'
import { newSecret } from './signature.ts'

/** So long the secret before signs along, for receivers that do not know the new one yet. */
const previousSecretLastsMs = dayMs

/** What is said of a webhook: all but its secrets. */
export interface ShownWebhook extends Omit<Webhook, 'secret' | 'previousSecret' | 'activeSince'> {
  isActive: boolean
}

/** The only time that a secret is shown. */
export interface WebhookWithSecret extends ShownWebhook {
  secret: string
}

export interface WebhookInput {
  url: string
  /** Null or left out for all. */
  eventTypes?: EventType[] | null | undefined
  description?: string | null | undefined
  /** On unless it says otherwise. */
  isActive?: boolean | undefined
}

/**
 * Makes a webhook, which is told of what happens from then on.
 *
 * @throws DomainError `webhook-url-refused`
 */
export async function createWebhook(deps: Deps, input: WebhookInput): Promise<WebhookWithSecret> {
  const { url, eventTypes = null, description = null, isActive = true } = input
  requireAllowedUrl(deps.rules, url)
  return deps.transact(async (tx) => {
    const secret = newSecret()
    const activeSince = isActive ? tx.now : null
    const webhook = { id: randomUUID(), url, eventTypes, description, activeSince, secret }
    const written = await webhooks.add(tx.sql, webhook, tx.now)
    if (isActive) await beginToTell(tx)
    tx.afterCommit(() => deps.log.info({ webhookId: written.id, isActive }, 'webhook made'))
    return { ...shown(written), secret }
  })
}

/**
 * Changes what is given. One that is switched on is told of what happens from then on, and of what is still on its way to it.
 *
 * @throws DomainError `webhook-not-found`, `webhook-url-refused`
 */
export async function changeWebhook(deps: Deps, id: string, changes: webhooks.WebhookChanges): Promise<ShownWebhook> {
  if (changes.url !== undefined) requireAllowedUrl(deps.rules, changes.url)
  return deps.transact(async (tx) => {
    const written = requireFound(id, await webhooks.change(tx.sql, id, changes, tx.now))
    if (changes.isActive === true) await beginToTell(tx)
    const changed = Object.keys(changes)
    tx.afterCommit(() => deps.log.info({ webhookId: id, changed }, 'webhook changed'))
    return shown(written)
  })
}

/** From here on the log is read for webhooks, unless it is already. */
async function beginToTell({ sql, now }: Transaction): Promise<void> {
  await engineFacts.begin(sql, 'webhooks-told', placeId({ tx: '0', id: '0', at: now }), now)
}

/**
 * Gives a webhook another secret. For a day what is sent is signed by both.
 *
 * @throws DomainError `webhook-not-found`
 */
export async function rotateSecret(deps: Deps, id: string): Promise<WebhookWithSecret> {
  return deps.transact(async (tx) => {
    const secret = newSecret()
    const previousUntil = addMilliseconds(tx.now, previousSecretLastsMs)
    const written = requireFound(id, await webhooks.rotate(tx.sql, id, { secret, previousUntil }, tx.now))
    tx.afterCommit(() => deps.log.info({ webhookId: id, previousUntil }, 'secret of a webhook rotated'))
    return { ...shown(written), secret }
  })
}

/**
 * Deletes a webhook. What is on its way to it is not sent any more.
 *
 * @throws DomainError `webhook-not-found`
 */
export async function deleteWebhook(deps: Deps, id: string): Promise<void> {
  await deps.transact(async ({ sql, afterCommit }) => {
    if (!(await webhooks.remove(sql, id))) throw noSuchWebhook(id)
    afterCommit(() => deps.log.info({ webhookId: id }, 'webhook deleted'))
  })
}

/** @throws DomainError `webhook-not-found` */
export async function getWebhook(deps: Deps, id: string): Promise<ShownWebhook> {
  return shown(requireFound(id, await webhooks.get(deps.sql, id)))
}

/** All webhooks, the oldest first. */
export async function listWebhooks(deps: Deps): Promise<ShownWebhook[]> {
  return (await webhooks.list(deps.sql)).map(shown)
}

/** @throws DomainError `webhook-not-found` */
export function requireFound(id: string, webhook: Webhook | undefined): Webhook {
  if (!webhook) throw noSuchWebhook(id)
  return webhook
}

function noSuchWebhook(id: string): DomainError {
  return new DomainError('webhook-not-found', `There is no webhook ${id}`)
}

function shown(webhook: Webhook): ShownWebhook {
  const {
    id,
    url,
    eventTypes,
    description,
    activeSince,
    offReason,
    failingSince,
    previousUntil,
    createdAt,
    updatedAt,
  } = webhook
  const isActive = activeSince !== null
  return { id, url, eventTypes, description, isActive, offReason, failingSince, previousUntil, createdAt, updatedAt }
}
