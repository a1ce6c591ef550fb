import { SignJWT } from 'jose'

/** Who a token is for; an agent's names the agent. */
export type Identity = { role: 'agent'; agentId: number } | { role: 'supervisor' | 'service' }

/**
 * A token that the API accepts, signed with HS256.
 *
 * @param lifetime as jose reads it, such as `24h`
 */
export function signToken(secret: string, identity: Identity, lifetime: string): Promise<string> {
  return new SignJWT({ ...identity })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(identity.role === 'agent' ? `agent-${identity.agentId}` : identity.role)
    .setIssuedAt()
    .setExpirationTime(lifetime)
    .sign(new TextEncoder().encode(secret))
}
