import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { noteWatch, sweepLostAgents, tick } from '@ringback/core'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../apps/api/src/testing/api.ts'
import { tokenOf } from '../apps/api/src/testing/tokens.ts'
import { runDemo } from '../apps/demo/src/demo.ts'
import { demoAgents } from '../apps/demo/src/people.ts'
import { seededRandom } from '../apps/demo/src/random.ts'
import { ringbackAt } from '../apps/demo/src/ringback.ts'
import { startJobWorkers, type JobWorkers } from '../apps/worker/src/job-workers.ts'
import { virtualTime } from './virtual-time.ts'

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
const readingSeconds = 120
/** Each agent's work and heartbeat, the customers, and the integration. */
const demoLoops = demoAgents.length * 2 + 2

let api: TestApi
let workers: JobWorkers
let time: ReturnType<typeof virtualTime>
let home: string
let apiUrl: string
beforeEach(async () => {
  api = await openTestApi({ RATE_LIMIT_PER_MINUTE: '0' })
  const { engine } = api
  engine.time.set(new Date())
  const { deps } = engine
  workers = startJobWorkers(engine, { concurrency: 50 })
  time = virtualTime(engine, async (passedMs) => {
    await noteWatch(deps, 'the API')
    await sweepLostAgents(deps)
    await engine.reconcile()
    if (passedMs % 60_000 === 0) await tick(deps, { trigger: 'schedule' })
  })
  await api.app.listen({ host: '127.0.0.1', port: 0 })
  apiUrl = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`

  home = mkdtempSync(join(tmpdir(), 'ringback-readme-'))
  mkdirSync(join(home, '.ringback'))
  writeFileSync(
    join(home, '.ringback/env'),
    `export API_URL=${apiUrl} AGENT_TOKEN=${await tokenOf.agent(90)} SERVICE_TOKEN=${await tokenOf.service()} SUPERVISOR_TOKEN=${await tokenOf.supervisor()}\n`,
  )
  writeFileSync(join(home, 'sleep'), `#!/bin/sh\nexec curl -sS ${await time.listen()}/$1\n`, { mode: 0o755 })
})
afterEach(async () => {
  await time.close()
  await workers.close()
  await api.close()
  rmSync(home, { recursive: true })
})

/** The blocks of the walk-through, each with the answers that it shows. */
function blocksOf(text: string): { commands: string; answers: string[] }[] {
  const [, walkThrough] = /<!-- walk-through -->(.*)<!-- \/walk-through -->/s.exec(text)!
  return [...walkThrough!.matchAll(/```sh\n(.*?)```(?:\s*```text\n(.*?)```)?/gs)].map(([, commands, shown]) => ({
    commands: commands!,
    answers: shown?.trim().split('\n') ?? [],
  }))
}

/** A shell into which blocks are pasted, one after the other. */
function openShell() {
  const shell = spawn('bash', ['-eu', '-o', 'pipefail'], {
    cwd: home,
    env: { ...process.env, PATH: `${home}:${process.env['PATH']}` },
  })
  let problems = ''
  shell.stderr.on('data', (chunk) => (problems += String(chunk)))
  const lines = createInterface({ input: shell.stdout })[Symbol.asyncIterator]()
  return {
    async paste(commands: string): Promise<string[]> {
      shell.stdin.write(`${commands}\necho 'that is all'\n`)
      const said: string[] = []
      for (;;) {
        const { done, value } = await lines.next()
        if (done) throw new Error(`the shell ended after ${JSON.stringify(said)}: ${problems}`)
        if (value === 'that is all') return said
        said.push(value)
      }
    },
    close: () => shell.stdin.end(),
  }
}

test('the walk-through shows what it says, word for word, however long it is read and while the demo runs', async () => {
  const stopping = new AbortController()
  const { signal } = stopping
  const log = pino({ level: 'silent' })
  const random = seededRandom(1)
  const token = await tokenOf.supervisor()
  const ringback = ringbackAt({ apiUrl, token: async () => token, clock: time.clock, signal, log })
  void runDemo({ ringback, clock: time.clock, random, signal, log })
  await time.settled(demoLoops)
  await time.pass(60, demoLoops)

  const shell = openShell()
  const blocks = blocksOf(readme)
  expect(blocks.length).toBeGreaterThan(3)
  for (const [index, { commands, answers }] of blocks.entries()) {
    expect(await shell.paste(commands), `block ${index + 1}`).toEqual(answers)
    for (const answer of answers) expect(answer.length).toBeLessThan(80)
    // Grace's desktop sleeps between its signs of life.
    const isLoggedIn = /session -d/.test(
      blocks
        .slice(0, index + 1)
        .map((it) => it.commands)
        .join(''),
    )
    const isLoggedOut = /DELETE .*session/.test(commands)
    await time.pass(readingSeconds, demoLoops + (isLoggedIn && !isLoggedOut ? 1 : 0)).catch((error: unknown) => {
      if (!isLoggedOut) throw error
    })
    if (isLoggedOut) break
  }
  shell.close()
  stopping.abort()
})
