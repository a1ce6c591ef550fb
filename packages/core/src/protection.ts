import { hostsOf, isThisMachine, sslModeOf } from '@ringback/db'
import type { ServerCertificates } from './certificates.ts'
import { hostsOfRedis, parseRedisUrl } from './redis/url.ts'

/** How well what goes to a server is kept from whoever is in between. */
export interface Protection {
  isGood: boolean
  detail: string
  /** What to do about it; empty when it is good. */
  remedy: string
}

/** Whether the connection to Postgres is safe, by its URL and the authority that is named. */
export function protectionOfDatabase(url: string, { database }: Partial<ServerCertificates>): Protection {
  const mode = sslModeOf(url)
  if (hostsOf(url).every(isThisMachine)) return good(mode === 'disable' ? 'on this machine' : `sslmode ${mode}`)
  if (mode === 'disable') return { isGood: false, detail: 'no TLS over the network', remedy: remedies.database }
  const isAuthorityKnown = mode === 'verify-full' || database?.ca !== undefined
  if (isAuthorityKnown) return good(`sslmode ${mode}`)
  return { isGood: false, detail: `sslmode ${mode} takes any server for the right one`, remedy: remedies.mode }
}

/** Whether the connection to Redis is safe, by its URL. */
export function protectionOfRedis(url: string): Protection {
  const place = parseRedisUrl(url)
  if (!place || place.isTls) return good('certificate and host name are checked')
  if (hostsOfRedis(place).every(isThisMachine)) return good('on this machine')
  return { isGood: false, detail: 'no TLS over the network', remedy: remedies.redis }
}

const remedies = {
  database:
    'say sslmode=verify-full in DATABASE_URL, and name the authority in DATABASE_CA_FILE when it is your own; without TLS ' +
    'everybody in between reads all that is said, names and numbers of customers too',
  mode: 'say sslmode=verify-full in DATABASE_URL, or name the authority in DATABASE_CA_FILE',
  redis:
    'write rediss in REDIS_URL, and name the authority in REDIS_CA_FILE when it is your own; without TLS everybody in ' +
    'between reads the password',
}

function good(detail: string): Protection {
  return { isGood: true, detail, remedy: '' }
}
