import { SignJWT, type JWTPayload } from 'jose'

export const tokenSecret = 'a secret of benchmarks, long enough for HS256'

/** A token of each agent from 1 to `count`, at index `agentId - 1`. */
export function tokensOfAgents(count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => tokenOf({ role: 'agent', agentId: index + 1 })))
}

export function tokenOfService(): Promise<string> {
  return tokenOf({ role: 'service', sub: 'bench' })
}

export function tokenOfSupervisor(): Promise<string> {
  return tokenOf({ role: 'supervisor', sub: 'bench' })
}

function tokenOf(claims: JWTPayload): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('12h')
    .sign(new TextEncoder().encode(tokenSecret))
}
