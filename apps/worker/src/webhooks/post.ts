import http from 'node:http'
import https from 'node:https'
import { addressIn, isPublicAddress, resultOf, type AttemptResult } from '@ringback/core'
import { AddressRefused, publicLookup, resolveByDns, type Resolve } from './lookup.ts'

export interface Posting {
  url: string
  headers: Record<string, string>
  body: string
}

export interface PostOptions {
  /** Whether private addresses are allowed, and http. */
  isPrivateAllowed: boolean
  /** A receiver has so long to answer. */
  timeoutMs: number
  /** How names become addresses, where private ones are not allowed: by DNS when left out. */
  resolve?: Resolve
  now: () => Date
}

/** More of an answer is not read; nobody needs any of it. */
const mostAnswerBytes = 64 * 1024

/** The posting was ended from this side: nothing is known of what came of it. */
export class PostAborted extends Error {
  override readonly name = 'PostAborted'
}

/**
 * Sends a message and says what came of it. The address that is connected to is the one that was looked at: no second answer
 * of DNS comes between, and no redirect is followed.
 *
 * @throws PostAborted when `signal` ends it
 */
export async function post(
  posting: Posting,
  { isPrivateAllowed, timeoutMs, resolve = resolveByDns, now }: PostOptions,
  signal: AbortSignal,
): Promise<AttemptResult> {
  const deadline = AbortSignal.timeout(timeoutMs)
  try {
    const url = allowedUrl(posting.url, isPrivateAllowed)
    const lookup = isPrivateAllowed ? undefined : publicLookup(resolve)
    const { status, retryAfter } = await send(url, posting, lookup, AbortSignal.any([signal, deadline]))
    return resultOf(status, retryAfter, now())
  } catch (error) {
    if (signal.aborted) throw new PostAborted('ended by the worker', { cause: error })
    const told = deadline.aborted ? `no answer within ${timeoutMs / 1_000} s` : reasonOf(error)
    return { kind: 'failed', status: null, error: told, retryAfterMs: undefined }
  }
}

/** A connection to an address looks nothing up: it is looked at here, whatever was allowed when the webhook was made. */
function allowedUrl(text: string, isPrivateAllowed: boolean): URL {
  const url = new URL(text)
  if (isPrivateAllowed) return url
  if (url.protocol !== 'https:') throw new Error('only https:// is allowed')
  const address = addressIn(url)
  if (address !== undefined && !isPublicAddress(address)) throw new AddressRefused(address)
  return url
}

function send(
  url: URL,
  { headers, body }: Posting,
  lookup: ReturnType<typeof publicLookup> | undefined,
  signal: AbortSignal,
): Promise<{ status: number; retryAfter: string | undefined }> {
  return new Promise((resolve, reject) => {
    const { request } = url.protocol === 'https:' ? https : http
    const options = {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      agent: false, // A connection of its own: one that was kept may be closed at the other end just now.
      signal,
      ...(lookup && { lookup }),
    }
    const sent = request(url, options, (answer) => {
      resolve({ status: answer.statusCode!, retryAfter: answer.headers['retry-after'] })
      let bytes = 0
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > mostAnswerBytes) answer.destroy()
      })
      answer.on('error', () => {}) // What comes after the status changes nothing.
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** The kind of an error, in our words: what the other end says is not kept. */
function reasonOf(error: unknown): string {
  const { name, message, code } = error as NodeJS.ErrnoException
  if (name === 'AddressRefused' || code === undefined) return message
  return `no connection: ${code}`
}
