import type { CodeBearer } from '@ringback/core'
import { SignJWT } from 'jose'

/** A token of whoever has signed in by a code, signed with HS256. */
export function signToken(secret: string, { role, agentId, sub }: CodeBearer, hours: number): Promise<string> {
  return new SignJWT({ role, ...(agentId !== null && { agentId }) })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(sub)
    .setIssuedAt()
    .setExpirationTime(`${hours}h`)
    .sign(new TextEncoder().encode(secret))
}
