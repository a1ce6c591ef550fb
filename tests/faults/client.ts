import { setTimeout as pause } from 'node:timers/promises'
import type { World } from './world/world.ts'

export interface Client {
  /** @throws Error when the answer has another status, or does not come in time */
  expect(status: number | number[], method: string, path: string, options?: RequestOptions): Promise<string>
  put(path: string, body: object): Promise<void>
}

export interface RequestOptions {
  body?: object | string
  headers?: Record<string, string>
  withinMs?: number
}

const withinMsByDefault = 20_000
const retryAfterMs = 200

/**
 * A client of the API that knows what it wants to hear, and asks again when it hears 503: the fault before may just be over. Without
 * claims it has no token.
 */
export function openClient(world: World, claims?: Parameters<World['token']>[0]): Client {
  const token = claims && world.token(claims)

  async function expect(
    status: number | number[],
    method: string,
    path: string,
    { body, headers, withinMs = withinMsByDefault }: RequestOptions = {},
  ): Promise<string> {
    const tooLate = AbortSignal.timeout(withinMs)
    for (;;) {
      const answer = await fetch(world.apiUrl + path, {
        method,
        headers: {
          ...(token && { authorization: `Bearer ${await token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        signal: tooLate,
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await answer.text()
      if ([status].flat().includes(answer.status)) return text
      if (answer.status !== 503) {
        throw new Error(`${method} ${path} was answered ${answer.status}, not ${String(status)}: ${text.slice(0, 300)}`)
      }
      await pause(retryAfterMs)
    }
  }
  return { expect, put: async (path, body) => void (await expect([200, 201], 'PUT', path, { body })) }
}
