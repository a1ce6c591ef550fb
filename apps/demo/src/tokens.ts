import { SignJWT } from 'jose'
import type { Clock } from './clock.ts'

const lifeMs = 60 * 60_000
const renewedAfterMs = lifeMs / 2

/**
 * Returns a function that gives a token of the role supervisor, signed with HS256 and valid for half an hour at least.
 * The demo runs for days, and no token does.
 */
export function supervisorTokens(secret: string, clock: Pick<Clock, 'now'>): () => Promise<string> {
  const key = new TextEncoder().encode(secret)
  let signedAt = -Infinity
  let token: Promise<string>

  return function tokenOfNow() {
    const now = clock.now().getTime()
    if (now - signedAt < renewedAfterMs) return token
    signedAt = now
    token = new SignJWT({ role: 'supervisor' })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('simulation')
      .setIssuedAt(new Date(now))
      .setExpirationTime(new Date(now + lifeMs))
      .sign(key)
    return token
  }
}
