import { SignJWT } from 'jose'

/** Who a token is for; an agent's names the agent. */
export type Identity = { role: 'agent'; agentId: number } | { role: 'supervisor' | 'service' }

/**
 * A token that the API accepts, signed with HS256.
 *
 * @param hours how long it is valid
 */
export function signToken(secret: string, identity: Identity, hours: number): Promise<string> {
  return new SignJWT({ ...identity })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(identity.role === 'agent' ? `agent-${identity.agentId}` : identity.role)
    .setIssuedAt()
    .setExpirationTime(`${hours}h`)
    .sign(new TextEncoder().encode(secret))
}
