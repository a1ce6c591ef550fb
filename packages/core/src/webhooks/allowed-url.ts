import { BlockList, isIP } from 'node:net'
import { DomainError } from '../errors.ts'
import type { Rules } from '../rules.ts'

/** Where nothing of the internet is, by the registries of special addresses of IANA: private, local, shared, for tests, for many. */
const specialNetworks = {
  ipv4: [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.88.99.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
  ],
  // Parts of 2000::/3, which is all that is in use. 6to4 and Teredo carry an address of version 4, which may be any.
  ipv6: [
    ['2001::', 23],
    ['2001:db8::', 32],
    ['2002::', 16],
    ['3fff::', 20],
  ],
} as const

const special = new BlockList()
for (const [family, networks] of Object.entries(specialNetworks)) {
  for (const [network, bits] of networks) special.addSubnet(network, bits, family as 'ipv4' | 'ipv6')
}
const inUse = new BlockList()
inUse.addSubnet('2000::', 3, 'ipv6')

/** Whether an IP address is one of the internet. A mapped one, or one behind NAT64, is not: it means another one. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !special.check(address, 'ipv4')
    case 6:
      return inUse.check(address, 'ipv6') && !special.check(address, 'ipv6')
    default:
      return false
  }
}

/** The IP address that a URL names, if it names no host. */
export function addressIn({ hostname }: URL): string | undefined {
  const address = hostname.replace(/^\[(.*)\]$/, '$1')
  return isIP(address) === 0 ? undefined : address
}

/**
 * Refuses where nothing can be sent to. What a name leads to is looked at each time something is sent, since it may lead
 * elsewhere by then.
 *
 * @throws DomainError `webhook-url-refused`
 */
export function requireAllowedUrl({ webhookAllowPrivate }: Rules, text: string): void {
  const problem = problemOf(text, webhookAllowPrivate)
  if (problem !== undefined) throw new DomainError('webhook-url-refused', `The URL ${problem}`)
}

function problemOf(text: string, isPrivateAllowed: boolean): string | undefined {
  if (!URL.canParse(text)) return 'cannot be read; give one like https://crm.example.com/ringback'
  const url = new URL(text)
  const address = addressIn(url)
  const protocols = isPrivateAllowed ? ['https:', 'http:'] : ['https:']
  if (!protocols.includes(url.protocol)) return 'must begin with https://'
  if (url.username !== '' || url.password !== '')
    return 'must hold no user and no password; the signature says who sends'
  if (!isPrivateAllowed && address !== undefined && !isPublicAddress(address))
    return `leads to ${address}, which is no address of the internet; WEBHOOK_ALLOW_PRIVATE=1 lets it through`
  return undefined
}
