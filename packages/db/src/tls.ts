import { isIP } from 'node:net'
import { createSecureContext, type SecureContext } from 'node:tls'
import { hostsOf, sslModeOf } from './database-url.ts'

/**
 * PEM texts: the authorities that may vouch for a server, in place of those that Node knows, and what is shown to a server
 * that wants to know who we are.
 */
export interface Certificates {
  ca?: string | undefined
  cert?: string | undefined
  key?: string | undefined
}

/** How a connection is made safe; goes into the options of `tls.connect`. */
export interface TlsOptions {
  secureContext: SecureContext
  rejectUnauthorized: boolean
  /** What the certificate is to be for, when it is not the name that the connection goes to. */
  host?: string
  checkServerIdentity?: () => undefined
}

/**
 * TLS of which chain and host name are checked, whatever NODE_TLS_REJECT_UNAUTHORIZED says.
 *
 * @throws when the texts are no certificates, or the key is that of another one
 */
export function verifiedTls(certificates: Certificates = {}): TlsOptions {
  return { secureContext: createSecureContext({ ...certificates }), rejectUnauthorized: true }
}

/** The TLS of a connection to Postgres, as the `sslmode` of its URL wants it; false for none. */
export function tlsOfDatabase(url: string, certificates: Certificates = {}): TlsOptions | false {
  const mode = sslModeOf(url)
  if (mode === 'disable') return false
  const [host = ''] = hostsOf(url)
  return {
    ...verifiedTls(certificates),
    // Node would look for `localhost` in the certificate, as it finds no name at the socket that it is given.
    ...(isIP(host) !== 0 && { host }),
    // As libpq has it: an authority that is named has to vouch for the server, also where that is not asked for.
    rejectUnauthorized: mode !== 'require' || certificates.ca !== undefined,
    ...(mode !== 'verify-full' && { checkServerIdentity: () => undefined }),
  }
}
