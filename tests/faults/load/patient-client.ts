import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from '@ringback/testing/random'
import { canaries, type World } from '../world/world.ts'
import type { Books } from './books.ts'
import type { Timing } from './timing.ts'

/** The fields of answers that clients of the load look at. */
export interface AnswerBody {
  id?: string
  callSessionId?: string
  queueEntry?: { id: string }
  user?: { userId: string } | null
  callbacks?: { id: string }[]
  items?: { id: string; userId: string; scheduledFor: string; callbackReason: string | null }[]
  nextCallback?: { id: string } | null
}

export interface Answer {
  status: number
  body: AnswerBody
  /** How often the request was sent until it was answered; what became of the tries before nobody knows. */
  tries: number
}

/** What all clients of a load have in common. */
export interface Surroundings {
  world: Pick<World, 'apiUrl' | 'token'>
  books: Books
  /** Aborted when all clients stop. */
  stopping: AbortSignal
  random: Random
  timing: Timing
  onLeak: () => void
}

/**
 * A client that sends a request again until it is answered. A POST carries an Idempotency-Key half of the time; without
 * one it is only sent again where the API promises that this is safe, or does no harm.
 */
export interface PatientClient {
  /** Sends a request once. Undefined when there is no answer, or one that says to try again. */
  once(method: string, path: string, body?: object): Promise<Answer | undefined>
  /** Sends a request until it is answered. Undefined when all clients have been stopped before. */
  call(method: string, path: string, body?: object, options?: { isKeyed?: boolean }): Promise<Answer | undefined>
}

const requestTimeoutMs = 4_000
const retryAfterMs = 200
const keyedPercent = 50
const failuresKept = 1_000

export function patientClient(
  { world, books, stopping, random, timing, onLeak }: Surroundings,
  token: string,
): PatientClient {
  async function ask(
    method: string,
    path: string,
    body: object | undefined,
    key: string | undefined,
  ): Promise<Omit<Answer, 'tries'> | undefined> {
    const { age } = books
    try {
      const answer = await fetch(world.apiUrl + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(method !== 'GET' && method !== 'DELETE' && { 'content-type': 'application/json' }),
          ...(key && { 'idempotency-key': key }),
        },
        signal: AbortSignal.timeout(requestTimeoutMs),
        ...(body && { body: JSON.stringify(body) }),
      })
      const text = await answer.text()
      const { status } = answer
      if (status >= 400 && Object.values(canaries).some((canary) => text.includes(canary))) onLeak()
      if (status >= 500 && status !== 503 && books.failures.length < failuresKept) {
        books.failures.push(`${method} ${path} was answered ${status}`)
      }
      // It counts as lost when the database has gone back meanwhile.
      return status < 500 && age === books.age ? { status, body: text ? JSON.parse(text) : {} } : undefined
    } catch {
      return undefined // The connection broke, or nothing came in time.
    }
  }

  return {
    async once(method, path, body) {
      const answer = await ask(method, path, body, undefined)
      return answer && { ...answer, tries: 1 }
    },
    async call(method, path, body, { isKeyed = random.chance(keyedPercent) } = {}) {
      const key = method === 'POST' && isKeyed ? randomUUID() : undefined
      using waiting = timing.begin(path)
      for (let tries = 1; !stopping.aborted; tries++) {
        const askedAt = performance.now()
        const answer = await ask(method, path, body, key)
        if (answer) {
          waiting.answered(askedAt)
          return { ...answer, tries }
        }
        await pause(retryAfterMs)
      }
      return undefined
    },
  }
}
