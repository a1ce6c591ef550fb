import { createHash } from 'node:crypto'
import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

export const policyHeader = 'content-security-policy'

/**
 * Headers for everything. Answers of the API may load nothing at all; pages get a policy of their own. Nobody keeps an
 * answer, which is of one moment and for one bearer; files of pages, and what may be asked about again, say otherwise. None says
 * `upgrade-insecure-requests` or HSTS: whether there is TLS is for whoever puts it in front.
 */
export async function addSecurityHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    strictTransportSecurity: false,
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
  })
  app.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'))
}

/**
 * Lets the HTML pages of `scope` load what comes from here, and run the inline scripts that they were sent with. What they
 * would link from elsewhere, such as a font, is left out, so that no browser has to refuse it.
 */
export function allowOwnPages(scope: FastifyInstance): void {
  scope.addHook('onSend', async (_request, reply, payload) => {
    const type = String(reply.getHeader('content-type'))
    // What a browser has kept keeps the policy that it came with.
    if (reply.statusCode === 304) reply.removeHeader(policyHeader)
    if (/^(?:text|application)\/javascript/.test(type)) reply.header(policyHeader, scriptPolicy)
    if (!type.startsWith('text/html') || typeof payload !== 'string') return payload
    reply.header(policyHeader, pagePolicy(payload))
    return payload.replaceAll(foreignLink, '')
  })
}

/** A script that a page starts as a worker has the policy that it was sent with. */
const scriptPolicy = "default-src 'none'; script-src 'self'; frame-ancestors 'none'"

/** Of the console's page: it loads what comes from here, and no script stands in it. */
export const consolePolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** Of its scripts, one of which is a worker that asks the API. */
export const consoleScriptPolicy = "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'"

const foreignLink = /<link\b[^>]*\shref="(?:https?:)?\/\/[^>]*>/g

function pagePolicy(html: string): string {
  const inlineScripts = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, script]) => `'sha256-${createHash('sha256').update(script!).digest('base64')}'`,
  )
  return [
    "default-src 'self'",
    ["script-src 'self'", ...inlineScripts].join(' '),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}
