import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { freePort } from '@ringback/local'
import { request } from 'undici'
import type { BenchOptions } from './benchmarks.ts'
import { addPeople } from './due-callbacks.ts'
import { openBenchEngine } from './engine.ts'
import { measureBursts } from './http/bursts.ts'
import { freshClaims, giveBackToLanes } from './http/claims.ts'
import { agentsAndCallbacks } from './http/people.ts'
import { openOurs } from './http/sides.ts'
import { compare, type Comparison, type Measure } from './rounds.ts'
import { rateOfTick } from './timed-tick.ts'
import { startWorkers } from './worker-processes.ts'

/** Settings by which a process tells what it does. */
type Told = 'nothing' | 'metrics' | 'traces'

const scrapeEveryMs = 5_000

/**
 * What it costs to be watched: claims and ticks of processes that tell nothing, against those that serve metrics, which are
 * read every five seconds, and those that send traces besides, one in twenty, as many as are recorded by default.
 */
export async function metrics({ services, isQuick }: BenchOptions): Promise<Comparison[]> {
  await using opened = new AsyncDisposableStack()
  const collector = await startCollector()
  opened.defer(() => collector.close())

  /** The settings of one process, whose metrics are read from now on. */
  async function settingsFor(told: Told): Promise<Record<string, string>> {
    if (told === 'nothing') return {}
    const port = await freePort()
    const reading = setInterval(() => void readMetrics(port), scrapeEveryMs)
    opened.defer(() => clearInterval(reading))
    const traces = told === 'traces' ? { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint } : {}
    return { METRICS_PORT: String(port), ...traces }
  }

  const bursts = { ...(await freshClaims()), after: giveBackToLanes, count: isQuick ? 1 : 5 }
  async function openClaims(told: Told): Promise<Measure<'rate'>> {
    const side = await openOurs(services, `claims-${told}`, agentsAndCallbacks(2_000), await settingsFor(told))
    opened.defer(() => side.close())
    return async () => ({ rate: (await measureBursts(side, bursts)).throughput })
  }

  const callbacks = isQuick ? 1_000 : 20_000
  async function openTick(told: Told): Promise<Measure<'rate'>> {
    const engine = await openBenchEngine(services, `tick-${told}`)
    opened.defer(() => engine.close())
    await addPeople(engine)
    for (let worker = 0; worker < 2; worker += 1) {
      const running = await startWorkers(engine, 1, await settingsFor(told))
      opened.defer(() => running.stop())
    }
    return async () => ({ rate: await rateOfTick(engine, callbacks) })
  }

  const claims = await Promise.all([openClaims('nothing'), openClaims('metrics'), openClaims('traces')])
  const ticks = await Promise.all([openTick('nothing'), openTick('metrics'), openTick('traces')])
  const contest = (name: string, unit: string, ours: Measure<'rate'>, rival: Measure<'rate'>, atLeast: number) => ({
    name,
    ours,
    rival,
    goals: { rate: { unit, atLeast } },
  })
  return await compare(isQuick ? 1 : 5, [
    contest('metrics-claim', 'claims/s', claims[1], claims[0], 0.95),
    contest('metrics-tick', 'callbacks/s', ticks[1], ticks[0], 0.95),
    contest('traces-claim', 'claims/s', claims[2], claims[0], 0.9),
    contest('traces-tick', 'callbacks/s', ticks[2], ticks[0], 0.9),
  ])
}

async function readMetrics(port: number): Promise<void> {
  try {
    const { body } = await request(`http://127.0.0.1:${port}/metrics`)
    await body.dump()
  } catch {
    // It is not there yet, or no more.
  }
}

/** Takes whatever it is sent. */
async function startCollector(): Promise<{ endpoint: string; close(): Promise<void> }> {
  const server = createServer((sent, response) => {
    sent.resume().once('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
