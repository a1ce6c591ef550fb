import { SignJWT, UnsecuredJWT, type JWTPayload } from 'jose'

export const testSecret = 'a secret of tests, long enough for HS256'

/** Signs claims with HS256; valid for six hours, longer than any test takes, unless `expiresAt` says otherwise. */
export async function sign(
  claims: JWTPayload,
  { secret = testSecret, expiresAt = '6h' }: { secret?: string; expiresAt?: string | Date } = {},
): Promise<string> {
  const token = new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setExpirationTime(expiresAt)
  return token.sign(new TextEncoder().encode(secret))
}

export const tokenOf = {
  agent: (agentId: number) => sign({ role: 'agent', agentId }),
  supervisor: () => sign({ role: 'supervisor', sub: 'nina' }),
  service: () => sign({ role: 'service', sub: 'crm' }),
  desk: () => sign({ role: 'desk', sub: 'desktops' }),
  viewer: () => sign({ role: 'viewer', sub: 'wall' }),
  expired: () => sign({ role: 'supervisor', sub: 'nina' }, { expiresAt: new Date(Date.now() - 1_000) }),
  forged: () => sign({ role: 'supervisor', sub: 'nina' }, { secret: 'another secret, that nobody here knows of' }),
  unsecured: () => new UnsecuredJWT({ role: 'supervisor', sub: 'nina' }).setExpirationTime('1h').encode(),
}
