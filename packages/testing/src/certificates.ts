import { generateKeyPairSync, randomBytes } from 'node:crypto'
import forge from 'node-forge'

/** A certificate and its key, as PEM. */
export interface Identity {
  cert: string
  key: string
}

/** Somebody who vouches for others. */
export interface Authority {
  /** Its own certificate, as PEM. */
  ca: string
  /** Vouches for who is called `name`, at these host names and addresses; until yesterday when `isExpired`. */
  issue(name: string, options?: { dns?: string[]; addresses?: string[]; isExpired?: boolean }): Identity
}

const dayMs = 86_400_000
const dnsName = 2
const ipAddress = 7

export function makeAuthority(name: string): Authority {
  const own = makeKey()
  const subject = [{ name: 'commonName', value: name }]
  const sign = (publicKey: string, to: typeof subject, extensions: object[], days: [from: number, to: number]) => {
    const certificate = forge.pki.createCertificate()
    certificate.publicKey = forge.pki.publicKeyFromPem(publicKey)
    // Not a zero first: with a second one by chance, servers refuse the number for its padding.
    certificate.serialNumber = `01${randomBytes(8).toString('hex')}`
    certificate.validity.notBefore = new Date(Date.now() + days[0] * dayMs)
    certificate.validity.notAfter = new Date(Date.now() + days[1] * dayMs)
    certificate.setSubject(to)
    certificate.setIssuer(subject)
    certificate.setExtensions(extensions)
    certificate.sign(forge.pki.privateKeyFromPem(own.key), forge.md.sha256.create())
    return forge.pki.certificateToPem(certificate)
  }
  return {
    ca: sign(own.publicKey, subject, [{ name: 'basicConstraints', cA: true, critical: true }], [-2, 30]),
    issue(of, { dns = [], addresses = [], isExpired = false } = {}) {
      const { key, publicKey } = makeKey()
      const altNames = [
        ...dns.map((value) => ({ type: dnsName, value })),
        ...addresses.map((ip) => ({ type: ipAddress, ip })),
      ]
      const extensions = altNames.length > 0 ? [{ name: 'subjectAltName', altNames }] : []
      const subjectOfIt = [{ name: 'commonName', value: of }]
      return { cert: sign(publicKey, subjectOfIt, extensions, isExpired ? [-2, -1] : [-2, 30]), key }
    },
  }
}

function makeKey(): { key: string; publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  return { key: privateKey, publicKey }
}
