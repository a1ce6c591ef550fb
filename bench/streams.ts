import { setTimeout as delay } from 'node:timers/promises'
import { putSession } from '@ringback/core'
import { freePort } from '@ringback/local'
import { startApp } from '@ringback/testing/processes'
import { Agent, request } from 'undici'
import type { BenchOptions } from './benchmarks.ts'
import { cpuMs } from './cpu.ts'
import { openBenchEngine, type BenchEngine } from './engine.ts'
import { tokensOfAgents, tokenSecret } from './http/tokens.ts'
import { compare, quantile, type Comparison } from './rounds.ts'
import { seedRows } from './seed.ts'

const eventsPerSecond = 200

/**
 * What it costs the API to keep agents informed, each by a stream, while 200 of them a second change their status, against the
 * same agents who ask for their pending callbacks once a second; and how long after its change was asked for an agent hears
 * of it, against the second that a poll may be late.
 */
export async function streams({ services, isQuick }: BenchOptions): Promise<Comparison[]> {
  const agents = isQuick ? 1_000 : 2_000
  const seconds = isQuick ? 3 : 10
  const engine = await openBenchEngine(services, 'streams')
  await seedRows(engine.databaseUrl, async (sql) => {
    await sql`
      insert into agents (id, first_name, last_name, created_at, updated_at)
      select n, 'Agent', n, now(), now() from generate_series(1, ${agents}::int) n`
    await sql`
      insert into agent_sessions (agent_id, status, status_since, login_at, last_seen_at)
      select id, 'busy', now(), now(), now() from agents`
  })
  const tokens = await tokensOfAgents(agents)
  const port = await freePort()
  const env = { API_PORT: String(port), AUTH_JWT_SECRET: tokenSecret, AGENT_TIMEOUT_SECONDS: '0' }
  const api = await startApp(engine, 'api', 'api listens at', env)
  const url = `http://127.0.0.1:${port}/api`
  const dispatcher = new Agent({ connections: agents, pipelining: 1, bodyTimeout: 0, headersTimeout: 60_000 })

  let changes = -1

  async function cpuMsOf(work: () => Promise<void>): Promise<number> {
    const before = await cpuMs(api.pid)
    await work()
    return (await cpuMs(api.pid)) - before
  }

  async function byStreams(): Promise<Record<'cpu' | 'p99', number>> {
    const leaving = new AbortController()
    const heardAt = new Map<number, number>()
    await Promise.all(
      tokens.map(async (token, index) => {
        const headers = { authorization: `Bearer ${token}` }
        const { body } = await request(`${url}/events`, { dispatcher, headers, signal: leaving.signal })
        body.setEncoding('utf8')
        body.on('error', () => {}) // It is left.
        body.on('data', (text: string) => {
          if (text.includes('event: agent.changed')) heardAt.set(index + 1, performance.now())
        })
      }),
    )
    await delay(2_000) // Until all have been told where they begin.
    const latencies: number[] = []
    const cpu = await cpuMsOf(async () => {
      const changing: Promise<void>[] = []
      for (let n = 0; n < eventsPerSecond * seconds; n += 1) {
        const status = Math.floor((changes += 1) / agents) % 2 === 0 ? 'away' : 'busy'
        changing.push(change(engine, { agentId: (changes % agents) + 1, status }, heardAt, latencies))
        await delay(1_000 / eventsPerSecond)
      }
      await Promise.all(changing)
    })
    leaving.abort()
    return { cpu, p99: quantile(latencies, 0.99) }
  }

  async function byPolls(): Promise<Record<'cpu' | 'p99', number>> {
    const cpu = await cpuMsOf(async () => {
      for (let second = 0; second < seconds; second += 1) {
        const until = delay(1_000)
        await Promise.all(
          tokens.map(async (token, index) => {
            const headers = { authorization: `Bearer ${token}` }
            const { body } = await request(`${url}/agents/${index + 1}/pending-callbacks`, { dispatcher, headers })
            await body.dump()
          }),
        )
        await until
      }
    })
    return { cpu, p99: 1_000 }
  }

  try {
    return await compare(isQuick ? 1 : 5, [
      {
        name: 'streams',
        ours: byStreams,
        rival: byPolls,
        goals: { cpu: { unit: 'ms of CPU', atMost: 0.2 }, p99: { unit: 'ms, p99', atMost: 0.25 } },
      },
    ])
  } finally {
    await dispatcher.destroy()
    await api.stop()
    await engine.close()
  }
}

/** Changes the status of an agent, and notes how long it took until the agent's stream told of it. */
async function change(
  { deps }: BenchEngine,
  { agentId, status }: { agentId: number; status: 'away' | 'busy' },
  heardAt: Map<number, number>,
  latencies: number[],
): Promise<void> {
  heardAt.delete(agentId)
  const began = performance.now()
  await putSession(deps, { agentId, status })
  while (!heardAt.has(agentId)) await delay(5)
  latencies.push(heardAt.get(agentId)! - began)
}
