import type { RouteOptions } from 'fastify'
import { z } from 'zod'
import { agentIdInUrl } from './ids.ts'

/** Has a route take headers beside those that it declares itself. Loose, since a request has many more. */
export function takeHeaders(route: RouteOptions, shape: z.ZodRawShape): void {
  const declared = (route.schema?.headers as z.ZodObject | undefined) ?? z.looseObject({})
  route.schema = { ...route.schema, headers: declared.extend(shape) }
}

/** For whom a desk acts. */
export const deskHeaders = {
  'ringback-agent': agentIdInUrl.optional().meta({
    description:
      'Of a `desk`: the agent for whom it acts. It may be left out where the path, the query string or the body names one as `agentId`. For others it means nothing',
  }),
}
