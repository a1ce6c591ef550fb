import { unescape } from 'node:querystring'

interface Address {
  host: string
  port: number
}

/** What a server wants to see before it talks. */
interface Access {
  username?: string
  password?: string
}

/** Where Redis is: one server, a cluster known by some of its nodes, or a master that sentinels know by its name. */
export type RedisPlace = { isTls: boolean } & (
  | { kind: 'single'; url: string; host: string }
  | { kind: 'cluster'; nodes: Address[]; access: Access }
  | { kind: 'sentinel'; sentinels: Address[]; masterName: string; access: Access; sentinelAccess: Access }
)

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
  if (!hosts) return parseSingle(url)

  // With one of its hosts alone it is an ordinary URL.
  const urls = hosts.split(',').map((host) => URL.parse(`redis://${user}${host}${rest}`))
  if (!urls.every((it): it is URL => it !== null && it.hostname !== '')) return undefined
  const [first] = urls as [URL, ...URL[]]
  const { username, password, pathname, searchParams } = first
  const isTls = s === 's'
  const access = accessOf(username, password)
  const [masterName = '', ...more] = pathname.split('/').slice(1)

  if (kind === 'cluster') {
    if (masterName !== '' || searchParams.size > 0) return undefined
    return { kind, isTls, nodes: urls.map((it) => addressOf(it, 6_379)), access }
  }
  const { sentinel_username = '', sentinel_password = '', ...unknown } = Object.fromEntries(searchParams)
  if (masterName === '' || more.length > 0 || Object.keys(unknown).length > 0) return undefined
  return {
    kind: 'sentinel',
    isTls,
    sentinels: urls.map((it) => addressOf(it, 26_379)),
    masterName: unescape(masterName),
    access,
    sentinelAccess: accessOf(sentinel_username, sentinel_password),
  }
}

/** The hosts by which a place is known; a cluster or sentinels may name more. */
export function hostsOfRedis(place: RedisPlace): string[] {
  switch (place.kind) {
    case 'single':
      return [place.host]
    case 'cluster':
      return place.nodes.map(({ host }) => host)
    case 'sentinel':
      return place.sentinels.map(({ host }) => host)
  }
}

function parseSingle(url: string): RedisPlace | undefined {
  const parsed = URL.parse(url)
  if (!parsed || !/^rediss?:$/.test(parsed.protocol)) return undefined
  const { host } = addressOf(parsed, 6_379)
  return { kind: 'single', isTls: parsed.protocol === 'rediss:', url, host: host || 'localhost' }
}

function addressOf({ hostname, port }: URL, defaultPort: number): Address {
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || defaultPort) }
}

function accessOf(username: string, password: string): Access {
  return {
    ...(username && { username: unescape(username) }),
    ...(password && { password: unescape(password) }),
  }
}
