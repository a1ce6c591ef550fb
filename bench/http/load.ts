import { Pool } from 'undici'

export interface Request {
  method: 'GET' | 'POST'
  path: string
  token: string
  body?: object
}

export interface Load {
  /** Sends all requests over the open connections, each connection one after the other. */
  send(requests: Request[]): Promise<Burst>
  close(): Promise<void>
}

export interface Burst {
  seconds: number
  /** Of each request, in milliseconds, in the order of their answers. */
  latencies: number[]
  /** Answers, in the order of the requests. */
  answers: string[]
}

/** Clients that keep `connections` connections to a server. A refusal is an error. */
export function loadOn(url: string, connections: number): Load {
  const pool = new Pool(url, { connections, pipelining: 1 })

  async function send(requests: Request[]): Promise<Burst> {
    const latencies: number[] = []
    const answers: string[] = []
    let next = 0
    const work = async () => {
      for (let index; (index = next++) < requests.length;) {
        const before = performance.now()
        answers[index] = await answerOf(requests[index]!)
        latencies.push(performance.now() - before)
      }
    }
    const began = performance.now()
    await Promise.all(Array.from({ length: connections }, work))
    return { seconds: (performance.now() - began) / 1_000, latencies, answers }
  }

  async function answerOf({ method, path, token, body }: Request): Promise<string> {
    const response = await pool.request({
      method,
      path,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })
    const answer = await response.body.text()
    if (response.statusCode >= 300) throw new Error(`${method} ${path} answered ${response.statusCode}: ${answer}`)
    return answer
  }

  return { send, close: () => pool.close() }
}
