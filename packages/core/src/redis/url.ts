import { unescape } from 'node:querystring'

interface Address {
  host: string
  port: number
}

/** What a server wants to see before it talks. */
interface Access {
  username?: string
  password?: string
  tls?: object
}

/** Where Redis is: one server, a cluster known by some of its nodes, or a master that sentinels know by its name. */
export type RedisPlace =
  | { kind: 'single'; url: string }
  | { kind: 'cluster'; nodes: Address[]; access: Access }
  | { kind: 'sentinel'; sentinels: Address[]; masterName: string; access: Access; sentinelAccess: Access }

const ofSeveralHosts = /^redis(s?)\+(cluster|sentinel):\/\/(.*@)?([^@/?#]+)(.*)$/

/**
 * Reads where Redis is from a URL. Undefined when it is none of these, each also as `rediss…` for TLS:
 *
 * - `redis://[user:password@]host[:port]`
 * - `redis+cluster://[user:password@]host[:port],…`
 * - `redis+sentinel://[user:password@]host[:port],…/master[?sentinel_username=…&sentinel_password=…]`
 *
 * User and password are those of Redis; those of the sentinels stand in the query.
 */
export function parseRedisUrl(url: string): RedisPlace | undefined {
  const [, s, kind, user = '', hosts, rest = ''] = ofSeveralHosts.exec(url) ?? []
  if (!hosts) return /^rediss?:$/.test(URL.parse(url)?.protocol ?? '') ? { kind: 'single', url } : undefined

  // With one of its hosts alone it is an ordinary URL.
  const urls = hosts.split(',').map((host) => URL.parse(`redis://${user}${host}${rest}`))
  if (!urls.every((it): it is URL => it !== null && it.hostname !== '')) return undefined
  const [first] = urls as [URL, ...URL[]]
  const { username, password, pathname, searchParams } = first
  const tls = s === 's'
  const access = accessOf(username, password, tls)
  const [masterName = '', ...more] = pathname.split('/').slice(1)

  if (kind === 'cluster') {
    if (masterName !== '' || searchParams.size > 0) return undefined
    return { kind, nodes: urls.map((it) => addressOf(it, 6_379)), access }
  }
  const { sentinel_username = '', sentinel_password = '', ...unknown } = Object.fromEntries(searchParams)
  if (masterName === '' || more.length > 0 || Object.keys(unknown).length > 0) return undefined
  return {
    kind: 'sentinel',
    sentinels: urls.map((it) => addressOf(it, 26_379)),
    masterName: unescape(masterName),
    access,
    sentinelAccess: accessOf(sentinel_username, sentinel_password, tls),
  }
}

function addressOf({ hostname, port }: URL, defaultPort: number): Address {
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || defaultPort) }
}

function accessOf(username: string, password: string, tls: boolean): Access {
  return {
    ...(username && { username: unescape(username) }),
    ...(password && { password: unescape(password) }),
    ...(tls && { tls: {} }),
  }
}
