import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import { Provider, type Configuration } from 'oidc-provider'

/** For whom its access tokens are meant. */
const audience = 'https://ringback.example.com/api'
const clientId = 'ringback-console'
const clientSecret = 'a secret of the client and the provider'

/** An identity provider, whose page lets whoever comes in at once. */
export interface TestIdentityProvider extends AsyncDisposable {
  /** What the API has to be told of it. */
  settings: Record<string, string>
  /** Knows the client from now on, and where it may send people back to. */
  admit(redirectUri: string): void
  /** Who comes next; nobody is let in while it is undefined. */
  person: string | undefined
  /** What its access tokens say of that one. */
  claims: Record<string, unknown>
  /** What it was asked, in order. */
  asked: URL[]
}

/** @param isConfidential whether the client has to show a secret */
export async function startIdentityProvider({
  isConfidential = false,
  tokenSeconds = 3_600,
} = {}): Promise<TestIdentityProvider> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const key = { ...(await exportJWK(privateKey)), kid: 'of-the-test', use: 'sig', alg: 'ES256' }

  const { d: _, ...publicKey } = key
  let provider: Provider | undefined
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url!, issuer)
    idp.asked.push(url)
    // The API asks for the keys from its start on, which is before it can be said where it is.
    if (url.pathname === '/jwks')
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [publicKey] }))
    else if (url.pathname.startsWith('/page/')) void letIn(request, response)
    else void provider!.callback()(request, response)
  })

  const idp: TestIdentityProvider = {
    settings: {
      AUTH_OIDC_ISSUER: issuer,
      AUTH_OIDC_CLIENT_ID: clientId,
      ...(isConfidential && { AUTH_OIDC_CLIENT_SECRET: clientSecret }),
      AUTH_OIDC_PARAMETERS: `resource=${encodeURIComponent(audience)}`,
      AUTH_JWKS_URL: `${issuer}/jwks`,
      AUTH_ISSUER: issuer,
      AUTH_AUDIENCE: audience,
    },
    admit(redirectUri) {
      provider = new Provider(issuer, configurationFor(redirectUri))
    },
    person: undefined,
    claims: {},
    asked: [],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }

  function letIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const result = idp.person === undefined ? { error: 'access_denied' } : { login: { accountId: idp.person } }
    return provider!.interactionFinished(request, response, result)
  }

  function configurationFor(redirectUri: string): Configuration {
    return {
      clients: [
        {
          client_id: clientId,
          ...(isConfidential && { client_secret: clientSecret }),
          token_endpoint_auth_method: isConfidential ? 'client_secret_post' : 'none',
          redirect_uris: [redirectUri],
          grant_types: ['authorization_code'],
          response_types: ['code'],
          id_token_signed_response_alg: 'ES256',
        },
      ],
      jwks: { keys: [key] },
      cookies: { keys: ['of the test alone'] },
      pkce: { required: () => true },
      interactions: { url: (_context, { uid }) => `/page/${uid}` },
      findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
      extraTokenClaims: () => idp.claims,
      async loadExistingGrant({ oidc }) {
        const { client, session } = oidc
        const grant = new provider!.Grant({ clientId: client!.clientId, accountId: session!.accountId! })
        grant.addOIDCScope('openid')
        await grant.save()
        return grant
      },
      features: {
        devInteractions: { enabled: false },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: () => ({
            scope: '',
            audience,
            accessTokenTTL: tokenSeconds,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'ES256' } },
          }),
        },
      },
      ttl: { AccessToken: tokenSeconds, Grant: 3_600, IdToken: 3_600, Interaction: 3_600, Session: 3_600 },
    }
  }

  return idp
}
