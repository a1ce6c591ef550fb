/** The codes of Node, OpenSSL and Postgres for what keeps a connection from being safe, and what to do about it. */
const remedies: [codes: RegExp, remedy: (server: string) => string][] = [
  [
    /^(?:(?:\w+_)?SELF_SIGNED_CERT\w*|UNABLE_TO_\w+|CERT_SIGNATURE_FAILURE|CERT_UNTRUSTED)$/,
    (server) => `name the authority that signed the server's certificate in ${server}_CA_FILE`,
  ],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    (server) => `go to the server by a name that is in its certificate (${server}_URL), or have that name put into it`,
  ],
  [
    /^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/,
    () => "renew the server's certificate, and look at the clocks of both machines",
  ],
  [
    /^ERR_SSL_\w*ALERT\w*$/,
    (server) =>
      `the server does not take our certificate; name one that it takes in ${server}_CERT_FILE, its key in ${server}_KEY_FILE`,
  ],
  [
    /^28000$/,
    (server) =>
      `by its pg_hba.conf the server wants TLS (sslmode in ${server}_URL) or a certificate of this account ` +
      `(${server}_CERT_FILE, ${server}_KEY_FILE), or does not let it in from here`,
  ],
  // What a server says when it does not like what it has seen may be lost with the connection.
  [
    /^(?:ERR_SSL_\w+|ECONNRESET|EPIPE)$/,
    (server) =>
      `see what the log of the server says: it may want TLS or speak no TLS (${server === 'REDIS' ? 'rediss' : 'sslmode'} in ` +
      `${server}_URL), or not take our certificate (${server}_CERT_FILE)`,
  ],
]

/** What to do when no safe connection came about; undefined when `error` tells of something else. */
export function tlsRemedy(error: unknown, server: 'DATABASE' | 'REDIS'): string | undefined {
  const code = codeOf(error)
  const [, remedy] = remedies.find(([codes]) => codes.test(code)) ?? []
  return remedy?.(server)
}

/** A cluster tells of its nodes. */
function codeOf(error: unknown): string {
  const { code, lastNodeError } = (error ?? {}) as { code?: unknown; lastNodeError?: unknown }
  if (typeof code === 'string') return code
  return lastNodeError === undefined ? '' : codeOf(lastNodeError)
}
