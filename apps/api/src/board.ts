import { createHash, timingSafeEqual } from 'node:crypto'
import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { FastifyAdapter } from '@bull-board/fastify'
import basicAuth from '@fastify/basic-auth'
import { impatient, queueOn, type Engine, type queueNames } from '@ringback/core'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Door } from './auth/door.ts'
import { failedAttempts } from './auth/failed-attempts.ts'
import { logActs } from './board-acts.ts'
import { descriptions, readableResult, titleOf } from './board-texts.ts'
import { refuseCrossSite } from './cross-site.ts'
import { answerError } from './problems/answer.ts'
import { ApiProblem } from './problems/problem.ts'
import { allowOwnPages } from './security-headers.ts'

export interface BoardOptions {
  engine: Pick<Engine, 'openRedis' | 'redisPrefix'>
  door: Door
  /** Without one only sessions open it. */
  password: string | undefined
  failuresPerMinute: number
  isReadOnly: boolean
}

const boardPath = '/admin/queues'
const userName = 'supervisor'

/**
 * Bull Board at `/admin/queues`: its page, its API and its static files, all behind the session of a supervisor, or behind
 * the password where there is one.
 */
export async function board(scope: FastifyInstance, options: BoardOptions): Promise<void> {
  const mayPass = await askPassword(scope, options.password)
  // Answered here: Bull Board has an error handler of its own, which makes everything its own failure.
  const failures = failedAttempts(scope, options.failuresPerMinute)
  scope.addHook('onRequest', async (request, reply) => {
    try {
      if (request.headers.authorization === undefined && (await isSupervisor(request, options.door))) return undefined
      await failures.refuseTooMany(request, reply)
      if (await mayPass(request, reply)) return undefined
      // A browser asks without a password first.
      if (request.headers.authorization !== undefined) await failures.add(request, reply)
      throw new ApiProblem('unauthorized', 'A supervisor has to sign in at /sign-in first')
    } catch (error) {
      answerError(error, request, reply)
      return reply
    }
  })
  refuseCrossSite(scope)
  logActs(scope, { path: boardPath, user: userName })
  // Before those of Bull Board, to which everything is its own failure.
  scope.addHook('onRoute', (route) => {
    route.errorHandler = answerBoardError
  })
  allowOwnPages(scope)
  await scope.register(boardOn(openQueues(scope, options)), { prefix: boardPath })
}

/** Whether the session is that of a supervisor. One of somebody else, or that is over, is as good as none. */
async function isSupervisor(request: FastifyRequest, door: Door): Promise<boolean> {
  if (door.cookies.tokenIn(request) === undefined) return false
  try {
    const principal = await door.bearerOf(request)
    if (principal.role !== 'supervisor') return false
    request.principal = principal
    return true
  } catch (error) {
    if (error instanceof ApiProblem && error.code === 'unauthorized') return false
    throw error
  }
}

/** Returns a function that asks for the password, and tells whether it was given. */
async function askPassword(scope: FastifyInstance, password: string | undefined) {
  if (password === undefined) return async () => false
  await scope.register(basicAuth, {
    authenticate: { realm: 'Ringback' },
    validate: async (name, given) => {
      const isRight = equals(name, userName) && equals(given, password)
      if (!isRight) throw new Error('Wrong user or password')
    },
  })
  return (request: FastifyRequest, reply: FastifyReply) =>
    new Promise<boolean>((resolve) => scope.basicAuth(request, reply, (error) => resolve(error === undefined)))
}

function openQueues(
  scope: FastifyInstance,
  { engine: { openRedis, redisPrefix }, isReadOnly }: BoardOptions,
): BullMQAdapter[] {
  const connection = openRedis(impatient)
  scope.addHook('onClose', async () => connection.disconnect())
  const open = (name: keyof typeof queueNames) => {
    const queue = new BullMQAdapter(queueOn(connection, redisPrefix, name), {
      readOnlyMode: isReadOnly,
      description: descriptions[name],
    })
    queue.setFormatter('name', titleOf)
    queue.setFormatter('returnValue', readableResult)
    return queue
  }
  return [open('tick'), open('routing')]
}

function boardOn(queues: BullMQAdapter[]) {
  const adapter = new FastifyAdapter()
  adapter.setBasePath(boardPath)
  createBullBoard({
    queues,
    serverAdapter: adapter,
    options: {
      uiConfig: {
        boardTitle: 'Ringback',
        hideRedisDetails: true,
        hideDocsLink: true,
        miscLinks: [
          { text: 'API', url: '/docs' },
          { text: 'Readiness', url: '/readyz' },
        ],
      },
    },
  })
  return adapter.registerPlugin()
}

/** What a request has wrong it is told as elsewhere; for the rest the page of Bull Board shows what `error` says. */
function answerBoardError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const { statusCode } = error
  if (error instanceof ApiProblem || (statusCode !== undefined && statusCode >= 400 && statusCode < 500)) {
    answerError(error, request, reply)
    return
  }
  request.log.warn({ reason: error.message }, 'Bull Board could not answer')
  reply.code(500).send({ error: 'The queues cannot be read now' })
}

/** Compares without telling by its duration how much is right. */
function equals(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
