import type { Principal } from './principal.ts'

const tokensRemembered = 10_000
/** Short: what is remembered was true then. */
const rememberedForMs = 60_000

/**
 * Remembers tokens that were verified lately, so that an agent's token is not verified anew with every request. None is
 * remembered beyond its expiry; of too many the oldest are forgotten. Times are milliseconds since 1970.
 */
export function verifiedTokens() {
  const known = new Map<string, { principal: Principal; until: number }>()
  return {
    clear: () => known.clear(),
    get(token: string, now: number): Principal | undefined {
      const entry = known.get(token)
      if (!entry) return undefined
      if (now < entry.until) return entry.principal
      known.delete(token)
      return undefined
    },
    add(token: string, principal: Principal, now: number): void {
      if (known.size >= tokensRemembered) known.delete(known.keys().next().value!)
      known.set(token, { principal, until: Math.min(principal.expiresAt, now + rememberedForMs) })
    },
  }
}
