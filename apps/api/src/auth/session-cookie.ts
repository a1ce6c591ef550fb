import cookie from '@fastify/cookie'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** So much of a cookie's value every browser keeps, beside its name and its attributes. */
export const longestCookie = 3_800

const signInMinutes = 10

/**
 * The cookies of people who have signed in, or are about to. No script can read them, and no page of another site has that of
 * a session sent.
 */
export interface SessionCookies {
  /** The token of whoever has signed in, if somebody has. */
  tokenIn(request: FastifyRequest): string | undefined
  /** Keeps a token until it ends, in milliseconds since 1970. */
  keep(reply: FastifyReply, token: string, expiresAt: number): void
  drop(reply: FastifyReply): void
  /** What was kept while the person is with the identity provider. */
  pendingIn(request: FastifyRequest): string | undefined
  /** Keeps it for some minutes, also while the person comes back from a page of another site. */
  keepPending(reply: FastifyReply, value: string): void
  dropPending(reply: FastifyReply): void
}

/**
 * @param publicUrl where clients reach the API; when that is by HTTPS, browsers send the cookies by nothing else, and take
 *   them from no other host
 */
export async function sessionCookies(app: FastifyInstance, publicUrl: string | undefined): Promise<SessionCookies> {
  await app.register(cookie)
  const secure = publicUrl?.startsWith('https:') ?? false
  const [session, pending] = ['ringback-session', 'ringback-sign-in'].map((name) => (secure ? `__Host-${name}` : name))
  const ofSession = { path: '/', httpOnly: true, secure, sameSite: 'strict' } as const
  const ofPending = { ...ofSession, sameSite: 'lax' } as const
  return {
    tokenIn: ({ cookies }) => cookies[session!] || undefined,
    keep: (reply, token, expiresAt) =>
      void reply.setCookie(session!, token, { ...ofSession, expires: new Date(expiresAt) }),
    drop: (reply) => void reply.clearCookie(session!, ofSession),
    pendingIn: ({ cookies }) => cookies[pending!] || undefined,
    keepPending: (reply, value) => void reply.setCookie(pending!, value, { ...ofPending, maxAge: signInMinutes * 60 }),
    dropPending: (reply) => void reply.clearCookie(pending!, ofPending),
  }
}
