import { repeat } from '@ringback/core'
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import type { Logger } from 'pino'
import { ApiProblem } from '../problems/problem.ts'

/** The published keys of an issuer. */
export interface KeySet {
  /** @throws ApiProblem `token-keys-unavailable` when nobody can tell, for now, whether there is such a key */
  key: JWTVerifyGetKey
  /** Changes with the keys: what was verified by those before it counts no more. */
  version(): number
  stop(): Promise<void>
}

const fetchTimeoutMs = 3_000
const refreshedEveryMs = 60_000
/** The least time between two fetches; doubled with each one that fails, up to the time between refreshes. */
const restMs = 2_000

/**
 * Follows the key set at `url`: it is fetched every minute, and at once for a key that is not in it. The last one that
 * could be read is kept for as long as it takes, so that a server of keys that is away locks out nobody whose key is
 * known. Meanwhile it is asked less and less often, however many tokens come.
 */
export function followKeySet(
  url: string,
  log: Logger,
  { everyMs = refreshedEveryMs }: { everyMs?: number } = {},
): KeySet {
  // When it is fetched is decided here.
  const published = createRemoteJWKSet(new URL(url), {
    timeoutDuration: fetchTimeoutMs,
    cacheMaxAge: Infinity,
    cooldownDuration: Infinity,
  })
  let version = 0
  let known = ''
  let failures = 0
  let restsUntil = -Infinity
  let fetching: Promise<void> | undefined

  async function fetchKeys(): Promise<void> {
    try {
      await published.reload()
      failures = 0
      const keys = JSON.stringify(published.jwks())
      if (keys !== known) version++
      known = keys
    } catch (error) {
      failures++
      throw error
    } finally {
      restsUntil = performance.now() + Math.min(restMs * 2 ** failures, refreshedEveryMs)
      fetching = undefined
    }
  }

  const refresh = () => (fetching ??= fetchKeys())
  const mayAsk = () => fetching !== undefined || performance.now() >= restsUntil
  const refreshing = repeat('key set', { everyMs }, refresh, log)

  const key: JWTVerifyGetKey = async (header, token) => {
    if (published.jwks() !== undefined) {
      try {
        return await published(header, token)
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
        if (!mayAsk() && failures === 0) throw error
      }
    }
    if (mayAsk()) await refresh().catch(() => {}) // Told by whoever refreshes.
    if (failures > 0) throw new ApiProblem('token-keys-unavailable')
    return published(header, token)
  }

  return { key, version: () => version, stop: () => refreshing.stop() }
}
