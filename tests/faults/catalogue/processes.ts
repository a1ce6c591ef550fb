import { setTimeout as pause } from 'node:timers/promises'
import type { Fault } from '../fault.ts'
import type { App } from '../world/app.ts'
import { firstAt, type Moment } from './moments.ts'

/** Longer than a worker holds its jobs without a sign of life. */
const longerThanLocksMs = 25_000
/** Longer than an agent may be silent in a world in which that is 10 s, and than the workers need to notice. */
const longerThanSilenceMs = 25_000
const connectionsOfTheApi = 10
const untilAnswersWouldHaveArrivedMs = 1_000
const endsWithinMs = 10_000
/** For the clock of a busy machine, not for the process. */
const toleranceMs = 3_000

export const processFaults: Record<string, Fault> = {
  'a worker is killed in mid-job': {
    inject: ({ workers }) => killAt(workers, 'in the transaction that routes'),
    recoversWithin: 60,
  },
  'a worker is killed between commit and lane write': {
    inject: ({ workers }) => killAt(workers, 'after commit, before the lane write'),
    recoversWithin: 60,
  },
  'all workers are killed': {
    inject: async ({ workers }) => void (await Promise.all(workers.map((worker) => worker.kill()))),
    recoversWithin: 60,
  },
  'the API is killed between commit and answer': {
    inject: ({ api }) => killAt([api], 'after commit, before the answer'),
    recoversWithin: 60,
  },
  'the API is killed while its commits are on the way': {
    async inject(world) {
      const { api } = world
      // Only on a fresh connection does the statement go over the wire in words.
      const commits = Array.from({ length: connectionsOfTheApi }, () => api.proxies.postgres.hold('client', 'commit'))
      world.setNetwork('postgres', { kind: 'reset' })
      world.setNetwork('postgres', { kind: 'pass' })
      await Promise.race(commits.map((commit) => commit.reached))
      await pause(untilAnswersWouldHaveArrivedMs)
      const killed = api.kill()
      for (const commit of commits) commit.cut()
      await killed
    },
    recoversWithin: 60,
  },
  'the API is killed between claim and answer': {
    inject: ({ api }) => killAt([api], 'after the claim, before its answer'),
    recoversWithin: 60,
  },
  'the API is killed between proposal and claim': {
    inject: ({ api }) => killAt([api], 'after the proposal, before the claim'),
    recoversWithin: 60,
  },
  'a worker is frozen for longer than its locks last': {
    inject: ({ workers }) => freezeAt(workers, 'in the transaction that routes', longerThanLocksMs),
    recoversWithin: 60,
  },
  'the API is frozen for longer than agents may be silent': {
    inject: ({ api }) => freezeAt([api], 'after the claim, before its answer', longerThanSilenceMs),
    world: { agentTimeoutSeconds: 10 },
    recoversWithin: 60,
  },
  'all processes are told to stop, one after the other': {
    async inject({ apps }) {
      for (const app of apps) {
        await stopInTime(app)
        await app.start()
      }
    },
    recoversWithin: 60,
  },
  'all processes are told to stop while Redis is frozen': {
    async inject({ apps, redis }) {
      redis.freeze()
      await Promise.all(apps.map(stopInTime))
      redis.thaw()
      await Promise.all(apps.map((app) => app.start()))
    },
    recoversWithin: 60,
  },
}

async function killAt(apps: App[], moment: Moment): Promise<void> {
  const { app, cut } = await firstAt(apps, moment)
  const killed = app.kill()
  cut()
  await killed
}

async function freezeAt(apps: App[], moment: Moment, forMs: number): Promise<void> {
  const { app, letGo } = await firstAt(apps, moment)
  process.kill(app.pid, 'SIGSTOP')
  await pause(forMs)
  letGo()
  process.kill(app.pid, 'SIGCONT')
}

async function stopInTime(app: App): Promise<void> {
  const { tookMs } = await app.stop()
  if (tookMs > endsWithinMs + toleranceMs) throw new Error(`The ${app.kind} took ${Math.round(tookMs)} ms to end`)
}
