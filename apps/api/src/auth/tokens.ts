import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose'
import type { z } from 'zod'
import { ApiProblem } from '../problems/problem.ts'
import type { KeySet } from './key-set.ts'
import { claims, principalOf, UnprovenBearer, type Principal } from './principal.ts'
import { verifiedTokens } from './verified-tokens.ts'

export interface TokenRules {
  /** The secrets of HS256 tokens, the one that is signed with first. */
  secrets: string[]
  /** The longest life of a token. */
  maxHours: number
  /** Where the public keys of all other tokens are, and what those tokens say of themselves. */
  keySet?: { url: string; issuer: string; audience: string } | undefined
}

const asymmetric = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
const requiredClaims = ['exp']
/** As far as the clock of whoever signs may be ahead of ours. */
const clockSkewSeconds = 60

/**
 * Returns a function that tells who bears a token. The secrets verify HS256 and nothing else, the key set verifies
 * signatures of key pairs and nothing else, so that no key is ever used with an algorithm it was not made for. Who has a
 * key set signs for other applications, too: such a token must name its issuer and be meant for us.
 *
 * @param publishedKeys the keys of the key set, when the rules name one
 * @throws ApiProblem `unauthorized`, `token-keys-unavailable`
 */
export function tokenReader(
  { secrets, maxHours, keySet }: TokenRules,
  publishedKeys?: KeySet,
): (token: string) => Promise<Principal> {
  const secretKeys = secrets.map((secret) => new TextEncoder().encode(secret))
  const verified = verifiedTokens()
  let keysVersion: number | undefined

  async function verify(token: string): Promise<JWTPayload> {
    const { alg } = decodeProtectedHeader(token)
    if (alg === 'HS256' && secretKeys.length > 0) return verifyWithSecret(token)
    if (publishedKeys && keySet) {
      const { issuer, audience } = keySet
      return (await jwtVerify(token, publishedKeys.key, { algorithms: asymmetric, requiredClaims, issuer, audience }))
        .payload
    }
    throw new errors.JOSEAlgNotAllowed('There is no key for this algorithm')
  }

  async function verifyWithSecret(token: string): Promise<JWTPayload> {
    for (const key of secretKeys) {
      try {
        return (await jwtVerify(token, key, { algorithms: ['HS256'], requiredClaims })).payload
      } catch (error) {
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error
      }
    }
    throw new errors.JWSSignatureVerificationFailed()
  }

  return async function readToken(token) {
    const version = publishedKeys?.version()
    if (version !== keysVersion) verified.clear()
    keysVersion = version
    const known = verified.get(token, Date.now())
    if (known) return known
    if (!isCanonical(token)) throw new UnprovenBearer('The token is not valid')
    const payload = await verify(token).catch((error: unknown) => {
      if (error instanceof ApiProblem) throw error
      if (error instanceof errors.JWTExpired) throw new ApiProblem('unauthorized', 'The token has expired')
      if (error instanceof errors.JWTClaimValidationFailed) {
        throw new ApiProblem('unauthorized', `The token's ${error.claim} is not the right one`)
      }
      throw new UnprovenBearer('The token is not valid')
    })
    if (lifeSeconds(payload, Date.now()) > maxHours * 3_600 + clockSkewSeconds) {
      throw new ApiProblem('unauthorized', `The token is valid for more than ${maxHours} hours, the longest allowed`)
    }
    const read = claims.safeParse(payload)
    if (!read.success) throw new ApiProblem('unauthorized', whatIsMissing(read.error))
    const { role, sub } = read.data
    const agentId = read.data.role === 'agent' ? read.data.agentId : undefined
    const principal = principalOf({ role, agentId, sub, expiresAt: payload.exp! * 1_000 })
    if (version === publishedKeys?.version()) verified.add(token, principal, Date.now())
    return principal
  }
}

function whatIsMissing({ issues }: z.ZodError): string {
  const claim = issues[0]?.path.join('.') ?? ''
  return `The token does not say who its bearer is: its ${claim} is missing or not right`
}

/** Whether it is spelt in the one right way: decoders overlook other characters, padding and left-over bits. */
function isCanonical(token: string): boolean {
  return token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part)
}

/** How long a token is valid in all; from now on when it does not say since when, or names the future. */
function lifeSeconds({ exp, iat }: JWTPayload, now: number): number {
  const nowSeconds = now / 1_000
  return exp! - Math.min(iat ?? nowSeconds, nowSeconds)
}
