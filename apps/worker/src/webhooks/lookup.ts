import { Resolver } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress } from '@ringback/core'

/** The addresses of a host, in the order in which they are tried. */
export type Resolve = (hostname: string) => Promise<string[]>

const queryTimeoutMs = 2_000
const queryTries = 2

/**
 * By DNS alone. What the machine knows otherwise is asked on a few threads that everything in the process shares, and
 * names that nobody answers for would hold them up.
 */
export const resolveByDns: Resolve = async (hostname) => {
  const resolver = new Resolver({ timeout: queryTimeoutMs, tries: queryTries })
  const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
  const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  const failure = answers.find((answer) => answer.status === 'rejected')
  if (addresses.length === 0 && failure) throw failure.reason as Error
  return addresses
}

/** Where nothing is sent. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused'

  constructor(address: string) {
    super(`its address ${address} is none of the internet`)
  }
}

/** The lookup of a connection: the addresses that it returns are those that are connected to, and no others. */
export function publicLookup(resolve: Resolve): LookupFunction {
  return (hostname, options, answer) => {
    void resolve(hostname).then(
      (addresses) => {
        const allowed = addresses.filter(isPublicAddress)
        const [first] = allowed
        if (first === undefined) return answer(new AddressRefused(addresses[0] ?? hostname), '')
        const found = allowed.map((address) => ({ address, family: isIP(address) }))
        return options.all ? answer(null, found) : answer(null, first, isIP(first))
      },
      (error: NodeJS.ErrnoException) => answer(error, ''),
    )
  }
}
