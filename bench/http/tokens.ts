import { SignJWT } from 'jose'

export const tokenSecret = 'a secret of benchmarks, long enough for HS256'

/** A token of each agent from 1 to `count`, at index `agentId - 1`. */
export function tokensOfAgents(count: number): Promise<string[]> {
  const key = new TextEncoder().encode(tokenSecret)
  return Promise.all(
    Array.from({ length: count }, (_, index) =>
      new SignJWT({ role: 'agent', agentId: index + 1 })
        .setProtectedHeader({ alg: 'HS256' })
        .setExpirationTime('12h')
        .sign(key),
    ),
  )
}
