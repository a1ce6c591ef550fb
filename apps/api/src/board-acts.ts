import type { FastifyInstance } from 'fastify'
import { actorOf } from './auth/principal.ts'
import { changesNothing } from './cross-site.ts'

/**
 * One line for each act on Bull Board, with which it acts on jobs: what was done to which of them, by whom, from where.
 * Everybody who knows the password is the same user.
 *
 * @param path where Bull Board is
 */
export function logActs(scope: FastifyInstance, { path, user }: { path: string; user: string }): void {
  scope.addHook('onResponse', async (request, { statusCode: status }) => {
    const isRefused = status >= 400 && status < 500
    const { url } = request.routeOptions
    if (url === undefined || isRefused || changesNothing(request)) return
    const { queueName: queue, ...which } = request.params as Record<string, string>
    const actor = request.principal ? actorOf(request.principal) : { role: 'board', sub: user }
    request.log.info(
      { actor, address: request.ip, action: actionOf(url.slice(path.length)), queue, ...which, status },
      'act on Bull Board',
    )
  })
}

/** What a route does, by its name: `/api/queues/:queueName/:jobId/retry` retries. */
function actionOf(route: string): string {
  const names = route.split('/').filter((part) => part !== '' && !part.startsWith(':'))
  return names.filter((name) => name !== 'api' && name !== 'queues').join(' ')
}
