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

/** A client of the API that knows what it wants to hear. Without claims it has no token. */
export function openClient(world: World, claims?: Parameters<World['token']>[0]): Client {
  const token = claims && world.token(claims)

  async function expect(
    status: number | number[],
    method: string,
    path: string,
    { body, headers, withinMs = withinMsByDefault }: RequestOptions = {},
  ): Promise<string> {
    const answer = await fetch(world.apiUrl + path, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${await token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      signal: AbortSignal.timeout(withinMs),
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    if ([status].flat().includes(answer.status)) return text
    throw new Error(`${method} ${path} was answered ${answer.status}, not ${String(status)}: ${text.slice(0, 300)}`)
  }
  return { expect, put: async (path, body) => void (await expect([200, 201], 'PUT', path, { body })) }
}
