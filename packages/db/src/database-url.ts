const sslModes = ['disable', 'require', 'verify-ca', 'verify-full'] as const

/** How sure a connection is of its server, in the words of libpq. */
export type SslMode = (typeof sslModes)[number]

/** What a driver may be told of TLS in a URL. */
const readParameters = new Set(['sslmode', 'sslnegotiation'])

/** The hosts that a URL of Postgres leads to; a path is the directory of a socket. */
export function hostsOf(url: string): string[] {
  const hosts = decodeURIComponent(new URL(url).hostname) || process.env['PGHOST'] || 'localhost'
  return hosts.split(',').map((host) => host.replace(/^\[|\]$/g, ''))
}

/** Whether what is sent to a host stays on this machine: loopback, and sockets. */
export function isThisMachine(host: string): boolean {
  return host.startsWith('/') || /^(?:(?:.+\.)?localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host)
}

/** What is wrong with what a URL says of TLS; undefined when nothing is. */
export function sslProblemOf(url: string): string | undefined {
  const { searchParams } = new URL(url)
  const unread = [...searchParams.keys()].find((name) => name.startsWith('ssl') && !readParameters.has(name))
  if (unread !== undefined) {
    return `must say sslmode in place of ${unread}, and name files in DATABASE_CA_FILE, DATABASE_CERT_FILE, DATABASE_KEY_FILE`
  }
  const mode = searchParams.get('sslmode')
  if (mode === null || (sslModes as readonly string[]).includes(mode)) return undefined
  const why = ['allow', 'prefer'].includes(mode) ? '; whoever is in between could turn TLS off' : ''
  return `must have sslmode=${sslModes.join(', ')} or none, not ${mode}${why}`
}

/**
 * What a URL says of TLS. Without a word certificate and host name are checked, and on this machine there is no TLS; to a
 * socket there never is.
 *
 * @throws when it says something else than that
 */
export function sslModeOf(url: string): SslMode {
  const problem = sslProblemOf(url)
  if (problem !== undefined) throw new Error(`The URL of Postgres ${problem}`)
  const hosts = hostsOf(url)
  if (hosts.some((host) => host.startsWith('/'))) return 'disable'
  const said = new URL(url).searchParams.get('sslmode') as SslMode | null
  return said ?? (hosts.every(isThisMachine) ? 'disable' : 'verify-full')
}
