import { SignJWT } from 'jose'

/** Who a token is for: an agent, or whoever else bears that name. */
export type Identity = { role: 'agent'; agentId: number } | { role: 'supervisor' | 'service'; name: string }

/**
 * A token that the API accepts, signed with HS256.
 *
 * @param hours how long it is valid
 */
export function signToken(secret: string, identity: Identity, hours: number): Promise<string> {
  const { subject, ...claims } = claimsOf(identity)
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime(`${hours}h`)
    .sign(new TextEncoder().encode(secret))
}

function claimsOf(identity: Identity) {
  if (identity.role !== 'agent') return { role: identity.role, subject: identity.name }
  return { role: identity.role, agentId: identity.agentId, subject: `agent-${identity.agentId}` }
}
