import {
  allowInsecureRequests,
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  discovery,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type Configuration,
} from 'openid-client'
import { z } from 'zod'

export interface OidcSettings {
  issuer: string
  clientId: string
  /** A client without one is public, and proves itself by PKCE alone. */
  clientSecret: string | undefined
  /** More for the request of the person: `scope`, `resource`, `audience`, … */
  parameters: Record<string, string>
}

/** Why nobody came in. */
export type OidcFailure = 'provider-unavailable' | 'provider-refused' | 'sign-in-lost' | 'token-refused'

export class OidcError extends Error {
  readonly failure: OidcFailure

  constructor(failure: OidcFailure, reason: string, cause?: unknown) {
    super(reason, { cause })
    this.failure = failure
  }
}

/** What has to be known again when the person comes back from the provider. */
const pendingSignIn = z.object({ state: z.string(), nonce: z.string(), verifier: z.string() })

export interface Oidc {
  /** Where the person signs in, and what to keep meanwhile. */
  begin(redirectUri: string): Promise<{ url: string; pending: string }>
  /**
   * The access token of whoever has signed in.
   *
   * @param callback the address with which the person came back
   * @param pending what `begin` said to keep
   * @throws OidcError
   */
  finish(callback: URL, pending: string | undefined): Promise<string>
}

const timeoutSeconds = 8
/** Providers change their addresses hardly ever. */
const discoveredForMs = 60 * 60_000

/** The authorization code flow with PKCE, at an identity provider that is looked up when somebody wants to sign in. */
export function oidcAt({ issuer, clientId, clientSecret, parameters }: OidcSettings): Oidc {
  let found: { provider: Promise<Configuration>; until: number } | undefined

  function provider(): Promise<Configuration> {
    if (found && performance.now() < found.until) return found.provider
    const looking = discovery(
      new URL(issuer),
      clientId,
      clientSecret,
      clientSecret === undefined ? None() : undefined,
      { timeout: timeoutSeconds, ...(issuer.startsWith('http:') && { execute: [allowInsecureRequests] }) },
    ).catch((error: unknown) => {
      found = undefined
      throw new OidcError('provider-unavailable', 'The identity provider does not answer', error)
    })
    found = { provider: looking, until: performance.now() + discoveredForMs }
    return looking
  }

  return {
    async begin(redirectUri) {
      const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()]
      const url = buildAuthorizationUrl(await provider(), {
        scope: 'openid',
        ...parameters,
        redirect_uri: redirectUri,
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      })
      return { url: url.href, pending: JSON.stringify({ state, nonce, verifier }) }
    },

    async finish(callback, pending) {
      const kept = readPending(pending)
      if (!kept || callback.searchParams.get('state') !== kept.state) {
        throw new OidcError(
          'sign-in-lost',
          'This is not the sign-in that was begun last in this browser, or it took too long',
        )
      }
      try {
        const { resource } = parameters
        const { access_token: token } = await authorizationCodeGrant(
          await provider(),
          callback,
          { expectedState: kept.state, expectedNonce: kept.nonce, pkceCodeVerifier: kept.verifier },
          resource === undefined ? {} : { resource },
        )
        return token
      } catch (error) {
        if (error instanceof OidcError) throw error
        if (error instanceof AuthorizationResponseError) {
          throw new OidcError('provider-refused', `The identity provider let nobody in (${nameOf(error.error)})`, error)
        }
        throw new OidcError('provider-unavailable', 'The identity provider gave no token', error)
      }
    },
  }
}

function readPending(text: string | undefined) {
  try {
    return pendingSignIn.safeParse(JSON.parse(text ?? '')).data
  } catch {
    return undefined
  }
}

/** An error as the standard names them, and nothing that somebody may have written into the address. */
function nameOf(error: string): string {
  return /^[a-z_]{1,50}$/.test(error) ? error : 'unknown error'
}
