import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { verifiedTls, type Certificates } from '@ringback/db'
import { z } from 'zod'

/** What TLS to each server is checked and answered with. */
export interface ServerCertificates {
  database: Certificates
  redis: Certificates
}

const pemError = 'must be the path of a PEM file'

/** A file that holds certificates or a key, as its path; read when the settings are. */
function pemFile(isRight: (pem: string) => void, whatItHolds: string) {
  return z
    .string(pemError)
    .transform((path, context) => {
      const problem = (message: string) => {
        context.addIssue({ code: 'custom', message })
        return z.NEVER
      }
      let pem: string
      try {
        pem = readFileSync(path, 'utf8')
      } catch (error) {
        return problem(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}); it ${pemError}`)
      }
      try {
        isRight(pem)
        return pem
      } catch {
        return problem(`${path} holds no ${whatItHolds}; it ${pemError} with one`)
      }
    })
    .optional()
}

const hasCertificate = (pem: string) => {
  if (!pem.includes('BEGIN CERTIFICATE')) throw new Error('no certificate') // To Node an empty file is a list of none.
  createSecureContext({ ca: pem, cert: pem })
}
const caFile = pemFile(hasCertificate, 'certificate of an authority')
const certFile = pemFile(hasCertificate, 'certificate')
const keyFile = pemFile((pem) => createSecureContext({ key: pem }), 'private key that can be read without a passphrase')

/** The files of TLS to Postgres; what is read is what they hold. */
export const databaseCertificateSettings = {
  DATABASE_CA_FILE: caFile,
  DATABASE_CERT_FILE: certFile,
  DATABASE_KEY_FILE: keyFile,
}

/** The files of TLS to Redis; what is read is what they hold. */
export const redisCertificateSettings = {
  REDIS_CA_FILE: caFile,
  REDIS_CERT_FILE: certFile,
  REDIS_KEY_FILE: keyFile,
}

/** The files alone, for whoever may have the servers themselves from elsewhere. */
export const certificateSettings = z.object({ ...databaseCertificateSettings, ...redisCertificateSettings })

type CertificateSettings = Partial<
  Record<keyof typeof databaseCertificateSettings | keyof typeof redisCertificateSettings, string | undefined>
>

/** The certificates that the settings name. */
export function certificatesOf(settings: CertificateSettings): ServerCertificates {
  return {
    database: {
      ca: settings.DATABASE_CA_FILE,
      cert: settings.DATABASE_CERT_FILE,
      key: settings.DATABASE_KEY_FILE,
    },
    redis: { ca: settings.REDIS_CA_FILE, cert: settings.REDIS_CERT_FILE, key: settings.REDIS_KEY_FILE },
  }
}

const pairs = [
  ['DATABASE_CERT_FILE', 'DATABASE_KEY_FILE'],
  ['REDIS_CERT_FILE', 'REDIS_KEY_FILE'],
] as const

/** What is wrong with certificates and keys that are right by themselves, by the variable that is to be changed. */
export function problemsOfPairs(env: Record<string, string | undefined>): Map<string, string> {
  const problems = new Map<string, string>()
  for (const [certName, keyName] of pairs) {
    const [cert, key] = [certFile.safeParse(env[certName]), keyFile.safeParse(env[keyName])]
    if (!cert.success || !key.success || cert.data === key.data) continue
    if (cert.data === undefined) problems.set(certName, `is not set; ${keyName} is of no use without it`)
    else if (key.data === undefined) problems.set(keyName, `is not set; ${certName} is of no use without it`)
    else if (!isPair(cert.data, key.data)) problems.set(keyName, `is the key of another certificate than ${certName}`)
  }
  return problems
}

function isPair(cert: string, key: string): boolean {
  try {
    verifiedTls({ cert, key })
    return true
  } catch {
    return false
  }
}
