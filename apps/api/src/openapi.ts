import swagger, { type SwaggerTransform } from '@fastify/swagger'
import { roles as allRoles } from '@ringback/db'
import scalar from '@scalar/fastify-api-reference'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { mayUse } from './auth/principal.ts'
import { declareHeaders } from './openapi-headers.ts'
import { tidy, type OpenApiDocument } from './openapi-tidy.ts'
import { withWebhooks } from './openapi-webhooks.ts'
import { allowOwnPages } from './security-headers.ts'

type Override = NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override'] & {}
type JsonSchema = Parameters<Override>[0]['jsonSchema']

/**
 * What a schema looks like on the wire, where zod would say something else. `shownAs` in its meta is what the document says in
 * its place: of what was stored long ago an answer tells all, be it as it was written then.
 */
const override: Override = ({ zodSchema, jsonSchema }) => {
  // A codec is what it is made of, whichever way it goes.
  if (zodSchema instanceof z.ZodCodec) become(jsonSchema, zodSchema.in)
  // A number or a flag in a URL is text that is read: say which numbers.
  else if (
    zodSchema instanceof z.ZodPipe &&
    (zodSchema.out instanceof z.ZodNumber || zodSchema.out instanceof z.ZodBoolean)
  ) {
    become(jsonSchema, zodSchema.out)
  }
  // An answer without a body; `null` is left out of the document.
  if (zodSchema instanceof z.ZodUndefined) jsonSchema.type = 'null'
  // Of codecs zod leaves them out, since it cannot know that ours are written as on the wire.
  const { examples, shownAs } = z.globalRegistry.get(zodSchema) ?? {}
  if (Array.isArray(examples)) jsonSchema.examples = examples
  if (shownAs instanceof z.ZodType) become(jsonSchema, shownAs)
  // The format says it already, in fewer words.
  if (jsonSchema.format === 'date-time' || jsonSchema.format === 'uuid') delete jsonSchema.pattern
}

function become(jsonSchema: JsonSchema, wire: z.core.$ZodType): void {
  const { description } = jsonSchema
  const { $schema: _, ...written } = z.toJSONSchema(wire, { io: 'input' })
  for (const key of Object.keys(jsonSchema)) delete jsonSchema[key]
  Object.assign(jsonSchema, written, description !== undefined && { description })
}

const toJson = { zodToJsonConfig: { override } }

/** Says of each route who may call it, by what the route itself declares. */
function withRoles(transform: SwaggerTransform): SwaggerTransform {
  return (it) => {
    const { schema, url } = transform(it)
    const { access } = it.route.config ?? {}
    if (!access) return { schema: { ...schema, security: [] }, url }
    const roles = allRoles.filter((role) => mayUse(role, { access, method: String(it.route.method) }))
    const named = roles.map((role) => (role === 'agent' && it.url.includes(':agentId') ? 'agent, for itself' : role))
    const description = [schema.description, `**Roles:** ${named.join(' · ')}`].filter(Boolean).join('\n\n')
    return { schema: { ...schema, description, 'x-roles': roles } as typeof schema, url }
  }
}

/** Collects the routes that are registered after it into an OpenAPI 3.1 document, `app.swagger()`. */
export async function describeRoutes(app: FastifyInstance): Promise<void> {
  const transformObject = createJsonSchemaTransformObject(toJson)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Ringback',
        version: '0.1.0',
        license: { name: 'MIT', identifier: 'MIT' },
        description: 'Keeps the promise "we will call you back at 15:00". Errors are RFC 9457 problem details.',
      },
      tags: [
        { name: 'Callbacks', description: 'Promises to call a user' },
        { name: 'Next call', description: 'What an agent does next' },
        { name: 'Agents', description: 'Agents and their presence' },
        { name: 'Users', description: 'Customers' },
        { name: 'Queues', description: 'Who waits' },
        { name: 'Calendars', description: 'When days are open' },
        { name: 'Policies', description: 'What a queue does otherwise than the report says' },
        { name: 'Do not call', description: 'Who must not be called' },
        { name: 'Call sessions', description: 'Phone calls and what came of them' },
        { name: 'Events', description: 'What happens' },
        { name: 'Telephony', description: 'What telephony says of calls' },
        { name: 'Webhooks', description: 'Other systems that are told of what happens' },
        { name: 'Reports', description: 'How promises were kept' },
        { name: 'Operations', description: 'Ticks, monitoring, lanes' },
        { name: 'Session', description: 'Signing in and out in a browser' },
        { name: 'Health', description: 'For load balancers; no token needed' },
      ],
      components: {
        securitySchemes: {
          token: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description:
              'Claims: `role` (`agent`, `desk`, `service`, `viewer`, `supervisor`), `agentId` for agents, `sub` for others, `exp`. Who may call a route stands there; a supervisor may call each.',
          },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'ringback-session',
            description:
              'The same token as the session of a browser (`POST /api/session`), whose changes count when a page of the same origin asks for them. Where the API is reached by HTTPS (`PUBLIC_URL`), `__Host-` stands before the name.',
          },
        },
      },
      security: [{ token: [] }, { session: [] }],
    },
    transform: withRoles(createJsonSchemaTransform(toJson)),
    transformObject: (document) =>
      declareHeaders(tidy(withWebhooks(transformObject(document) as OpenApiDocument))) as ReturnType<
        typeof transformObject
      >,
  })
}

/** Where clients reach the API: as it was said, else as it was asked. */
export function addressOf({ server, protocol, host }: FastifyRequest): string {
  return server.publicUrl ?? `${protocol}://${host}`
}

/** Links to the makers of the page, and from a status to its meaning elsewhere, have no option that leaves them out. */
const withoutForeignLinks =
  'a[href*="//scalar.com"], a[href*=".scalar.com"] { display: none } a[href*="//developer.mozilla.org"] { pointer-events: none }'

/** `/openapi.json`, and a page at `/docs` that shows it. The page loads nothing from elsewhere. */
export async function publishDocs(scope: FastifyInstance): Promise<void> {
  allowOwnPages(scope)
  scope.get('/openapi.json', { schema: { hide: true } }, async (request, reply) => {
    const servers = [{ url: addressOf(request), description: 'Where this document came from' }]
    return reply.type('application/json').send(JSON.stringify({ ...scope.swagger(), servers }))
  })
  await scope.register(scalar, {
    routePrefix: '/docs',
    configuration: {
      url: '/openapi.json',
      pageTitle: 'Ringback API',
      withDefaultFonts: false,
      telemetry: false,
      agent: { disabled: true },
      mcp: { disabled: true },
      showDeveloperTools: 'never',
      hideClientButton: true,
      customCss: withoutForeignLinks,
    },
  })
}
