import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { addMilliseconds, type ManualClock } from '@ringback/core'
import { freePort } from '@ringback/local'
import { startProcess, type AppProcess } from '@ringback/testing/processes'
import type { BenchOptions } from '../benchmarks.ts'
import { cpuMs, serversCpu } from '../cpu.ts'
import { openBenchEngine, type BenchEngine } from '../engine.ts'
import { loadOn, type Load, type Request } from '../http/load.ts'
import { seedAgents, seedUsers } from '../http/people.ts'
import { tokenOfService, tokensOfAgents, tokenSecret } from '../http/tokens.ts'
import { liftRules } from '../report-cron.ts'
import { compare, type Comparison, type Measure } from '../rounds.ts'
import { seedRows } from '../seed.ts'
import { sharedClock } from './shared-clock.ts'

const minuteMs = 60_000
const pollMs = 20
const connections = 32
const workers = 2

/** How much of a day is played: so many stretches count, after one in which the first promises are made. */
interface Size {
  agents: number
  promisesAMinute: number
  minutesOfStretch: number
  stretches: number
}

/** A hundred thousand promises in ten hours; each agent keeps one every twelve minutes, and talks for three. */
const fullDay = { agents: 2_000, promisesAMinute: 167 }
const minutesOfCall = 3
const sizes: Record<'quick' | 'part' | 'whole', Size> = {
  quick: { agents: 600, promisesAMinute: 50, minutesOfStretch: 12, stretches: 2 },
  part: { ...fullDay, minutesOfStretch: 12, stretches: 5 },
  whole: { ...fullDay, minutesOfStretch: 60, stretches: 9 },
}

/**
 * What a promise costs from the request that makes it to the outcome of its call, in a day of 2,000 agents and 100,000 promises
 * over HTTP, against the report's own design as a service on the same tables (`rivals/report.ts`): core-milliseconds of all
 * processes of a side, of Postgres and of Redis. The day goes by minute after minute of a clock that both follow, each as
 * fast as it goes, and the sides take turns: while one works the other stands still.
 */
export async function day({ services, isQuick, isWhole }: BenchOptions): Promise<Comparison[]> {
  const size = sizes[isQuick ? 'quick' : isWhole ? 'whole' : 'part']
  const tokens = { agents: await tokensOfAgents(size.agents), service: await tokenOfService() }
  await using opened = new AsyncDisposableStack()
  const clocks = mkdtempSync(join(tmpdir(), 'ringback-day-'))
  opened.defer(() => rmSync(clocks, { recursive: true }))

  async function open(name: string, start: (centre: Places) => Promise<AppProcess[]>): Promise<Centre> {
    const engine = await openBenchEngine(services, `day-${name}`)
    opened.defer(() => engine.close())
    const { agents, promisesAMinute, minutesOfStretch, stretches } = size
    await seedRows(engine.databaseUrl, async (sql) => {
      await seedAgents(sql, agents)
      await seedUsers(sql, promisesAMinute * minutesOfStretch * (stretches + 1))
    })
    const clockFile = join(clocks, name)
    const startsAt = new Date(Math.floor(Date.now() / minuteMs) * minuteMs)
    const clock = sharedClock(clockFile, startsAt)
    const port = await freePort()
    const processes = await start({ engine, clockFile, port })
    opened.defer(() => stopAll(processes))
    return { engine, clock, startsAt, processes, url: `http://127.0.0.1:${port}` }
  }

  const centres = await Promise.all([open('day', startOurs), open('report', startReport)])
  for (const { processes } of centres) pause(processes)
  const [ours, rival] = centres.map((centre) => stretchAfterStretch(centre, size, tokens))
  return await compare(size.stretches, [
    { name: 'day', ours: ours!, rival: rival!, goals: { cpu: { unit: 'core-ms/promise', atMost: 0.6 } } },
  ])
}

interface Places {
  engine: BenchEngine
  clockFile: string
  port: number
}

interface Centre {
  engine: BenchEngine
  clock: ManualClock
  startsAt: Date
  processes: AppProcess[]
  url: string
}

interface Tokens {
  /** At index `agentId - 1`. */
  agents: string[]
  service: string
}

function startOurs({ engine, clockFile, port }: Places): Promise<AppProcess[]> {
  const { databaseUrl, redisUrl, redisPrefix } = engine
  const env = {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    REDIS_PREFIX: redisPrefix,
    CLOCK_FILE: clockFile,
    // Minutes pass in a second, so that nobody can be silent for 90 seconds, and a token asks more often than it may in a day.
    AGENT_TIMEOUT_SECONDS: '0',
    RATE_LIMIT_PER_MINUTE: '1000000',
  }
  const start = (program: string, more = {}) =>
    startProcess(join(import.meta.dirname, `${program}.ts`), 'started', { ...env, ...more })
  const api = start('api', { API_PORT: String(port), AUTH_JWT_SECRET: tokenSecret })
  return Promise.all([api, ...Array.from({ length: workers }, () => start('worker'))])
}

async function startReport({ engine, clockFile, port }: Places): Promise<AppProcess[]> {
  await liftRules(engine.sql)
  const app = await startProcess(join(import.meta.dirname, '../rivals/main.ts'), 'rival listens', {
    RIVAL: 'report',
    DATABASE_URL: engine.databaseUrl,
    REDIS_URL: engine.redisUrl,
    CLOCK_FILE: clockFile,
    POOL_SIZE: '10',
    PORT: String(port),
  })
  return [app]
}

function pause(processes: AppProcess[]): void {
  for (const { pid } of processes) process.kill(pid, 'SIGSTOP')
}

function resume(processes: AppProcess[]): void {
  for (const { pid } of processes) process.kill(pid, 'SIGCONT')
}

async function stopAll(processes: AppProcess[]): Promise<void> {
  resume(processes)
  await Promise.all(processes.map((each) => each.stop()))
}

/** Plays one stretch each time it is called, and says what a promise of it cost. */
function stretchAfterStretch(centre: Centre, size: Size, tokens: Tokens): Measure<'cpu'> {
  const { engine, processes } = centre
  const { promisesAMinute, minutesOfStretch } = size
  const calls: Call[] = []
  let minute = 0

  return async () => {
    resume(processes)
    const load = loadOn(centre.url, connections)
    const serversUsed = await serversCpu(engine)
    const used = async () => {
      const ofProcesses = await Promise.all(processes.map(({ pid }) => cpuMs(pid)))
      return ofProcesses.reduce((sum, ms) => sum + ms, await serversUsed())
    }
    const before = await used()
    for (const end = minute + minutesOfStretch; minute < end; minute++) {
      await liveThrough({ ...centre, load, size, tokens, calls }, minute)
    }
    const cpu = (await used()) - before
    await load.close()
    pause(processes)
    // What is promised in one stretch is kept in the next.
    await requireKept(engine, promisesAMinute * (minute - minutesOfStretch))
    return { cpu: cpu / (promisesAMinute * minutesOfStretch) }
  }
}

interface Call {
  agentId: number
  callSessionId: string
  endsIn: number
}

interface LiveCentre extends Centre {
  load: Load
  size: Size
  tokens: Tokens
  /** At work, in the order in which they end. */
  calls: Call[]
}

/** A minute: calls end, agents begin those whose time has come, as many promises are made, and the minute job runs. */
async function liveThrough(centre: LiveCentre, minute: number): Promise<void> {
  const { clock, startsAt, load, tokens } = centre
  clock.set(addMilliseconds(startsAt, minute * minuteMs))
  await endCalls(centre, minute)
  await beginCalls(centre, minute)
  await load.send(promisesOf(centre, minute).map((promise) => post('/api/callbacks', tokens.service, promise)))
  await load.send([post('/api/cron/callback-notifications', tokens.service)])
  while (await isTicking(centre)) await delay(pollMs)
}

function post(path: string, token: string, body: object = {}): Request {
  return { method: 'POST', path, token, body }
}

async function endCalls({ load, tokens, calls }: LiveCentre, minute: number): Promise<void> {
  const ending = calls.splice(0, calls.filter(({ endsIn }) => endsIn === minute).length)
  const body = { outcomeType: 'resolved', durationSeconds: minutesOfCall * 60 }
  const outcomes = ending.map(({ agentId, callSessionId }) =>
    post(`/api/call-sessions/${callSessionId}/outcome`, tokens.agents[agentId - 1]!, body),
  )
  await load.send(outcomes)
}

/** Each agent for whom a callback waits claims it. */
async function beginCalls({ engine: { sql }, clock, load, tokens, calls }: LiveCentre, minute: number): Promise<void> {
  const waiting = await sql<{ agentId: number }[]>`
    select assigned_to_agent_id as agent_id from call_queue
    where status = 'assigned' and available_from <= ${clock.now()}`
  const claims = waiting.map(({ agentId }) => post(`/api/agents/${agentId}/next-call`, tokens.agents[agentId - 1]!))
  const { answers } = await load.send(claims)
  for (const [index, answer] of answers.entries()) {
    if (!answer.includes('"resumed":false')) throw new Error(`Not the answer to measure: ${answer}`)
    const { callSessionId } = JSON.parse(answer) as { callSessionId: string }
    calls.push({ agentId: waiting[index]!.agentId, callSessionId, endsIn: minute + minutesOfCall })
  }
}

/**
 * The promises that are made in a minute, each to another user. Agents take turns, and the call ends a stretch later, so that each
 * stretch has as many calls as promises.
 */
function promisesOf({ startsAt, size }: LiveCentre, minute: number): object[] {
  const { agents, promisesAMinute, minutesOfStretch } = size
  return Array.from({ length: promisesAMinute }, (_, index) => {
    const number = minute * promisesAMinute + index
    const called = minute + minutesOfStretch - minutesOfCall
    const due = called - 1 + (index + 1) / (promisesAMinute + 1)
    return {
      userId: String(number + 1),
      scheduledFor: addMilliseconds(startsAt, Math.round(due * minuteMs)).toISOString(),
      callbackReason: 'Asked about the contract',
      preferredAgentId: (number % agents) + 1,
    }
  })
}

/** Whether a tick of ours has jobs that are not done. The report's ends with its answer. */
async function isTicking({ engine: { sql } }: LiveCentre): Promise<boolean> {
  const [row] = await sql<{ ticking: boolean }[]>`
    select exists (select from cron_runs where finished_at is null and abandoned_at is null) as ticking`
  return row!.ticking
}

/** Both sides have done the same: so many promises were kept, each by one call that an agent claimed. */
async function requireKept({ sql }: BenchEngine, count: number): Promise<void> {
  const [kept] = await sql<{ callbacks: number; entries: number; calls: number }[]>`
    select (select count(*)::int from callbacks where status = 'completed') as callbacks,
      (select count(*)::int from call_queue where status = 'completed') as entries,
      (select count(*)::int from call_sessions where last_outcome_type = 'resolved') as calls`
  const { callbacks, entries, calls } = kept!
  if (callbacks === count && entries === count && calls === count) return
  throw new Error(`Of ${count} promises ${callbacks} were kept, with ${entries} entries and ${calls} calls`)
}
