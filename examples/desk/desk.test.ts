import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { startApiProcess, tokenOf } from '@ringback/api/testing'
import { Ringback } from '@ringback/client'
import { openTestEngine, patienceMs, startApp } from '@ringback/testing'
import { expect, onTestFinished, test, vi } from 'vitest'

/** The desk as an agent has it: what it shows, and a keyboard. */
function sitDown(url: string, token: string) {
  const desk = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    stdio: 'pipe',
    env: { PATH: process.env['PATH'], RINGBACK_URL: url, RINGBACK_TOKEN: token, TZ: 'UTC' },
  })
  onTestFinished(() => void desk.kill('SIGKILL'))
  let said = ''
  for (const stream of [desk.stdout, desk.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  let seen = 0
  return {
    type: (line: string) => void desk.stdin.write(`${line}\n`),
    /** Waits until it says this, after what was waited for last. */
    async sees(text: string | RegExp) {
      const find = () => {
        const after = said.slice(seen)
        const at = typeof text === 'string' ? after.indexOf(text) : after.search(text)
        return at === -1 ? undefined : { at }
      }
      const found = await vi.waitUntil(find, { timeout: patienceMs }).catch(() => {
        throw new Error(`It never said ${text} after:\n${said.slice(seen)}`)
      })
      seen += found.at
    },
    exited: once(desk, 'exit').then(([code]) => code as number | null),
  }
}

test('an agent keeps promises at the desk, from the token to the log-out', async () => {
  const engine = await openTestEngine({ startsAt: new Date() })
  // Last, when nothing is at work on its database any more.
  onTestFinished(() => engine.close())
  const url = await startApiProcess(engine).url()
  const worker = await startApp(engine, 'worker', 'worker started')
  onTestFinished(() => worker.kill())
  const crm = new Ringback({ url, token: await tokenOf.service() })
  const agentId = await engine.addAgent()
  await crm.users.put('1001', { name: 'Ada Example', phone: '+12025550101' })
  await crm.users.put('1002', { name: 'Ben Example', phone: '+12025550102' })

  const desk = sitDown(url, await tokenOf.agent(agentId))
  await desk.sees('── available ──')
  await desk.sees('nobody waits')
  desk.type('done resolved')
  await desk.sees('! You are in no call')

  // What others do comes by itself.
  const soon = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString()
  const promise = (userId: string, minutes: number, callbackReason: string) =>
    crm.callbacks.schedule({ userId, scheduledFor: soon(minutes), callbackReason, preferredAgentId: agentId })
  const ada = await promise('1001', 4, 'A contract')
  const ben = await promise('1002', 8, 'A wet cellar')
  await desk.sees(/DUE\n.*1\. \S+( [AP]M)? Ada Example .*A contract\n.*2\. .*Ben Example/)
  desk.type('snooze 2 30')
  await desk.sees(/SNOOZED\n.*2\. .*promised for .*Ben Example/)
  desk.type('snooze 9 30')
  await desk.sees('! There is no promise number "9"')

  desk.type('accept 1')
  await desk.sees(/NEXT +Ada Example \+12025550101: .*A contract/)
  desk.type('next')
  await desk.sees('── busy ──')
  await desk.sees('ON CALL  Ada Example')
  desk.type('done forgotten')
  await desk.sees('! "forgotten" is none of resolved')
  desk.type('again 90 asked for the papers first')
  await desk.sees('promised again for')
  await desk.sees('── available ──')
  expect(await crm.callbacks.get(ada.id)).toMatchObject({
    status: 'completed',
    lastAttempt: { notes: 'asked for the papers first' },
  })
  await desk.sees(/SNOOZED|DUE|nobody waits/)

  // Another one is first: what the API refuses is said, and the desk goes on.
  await crm.callbacks.cancel({ callbackId: ben.id })
  await desk.sees('nobody waits')
  await promise('1002', 0, 'Once more')
  await crm.operations.runTick()
  await desk.sees(/NEXT +Ben Example/)
  desk.type('next')
  await desk.sees('ON CALL  Ben Example')
  desk.type('release')
  await desk.sees('── available ──')
  desk.type('next')
  await desk.sees('ON CALL  Ben Example')
  desk.type('done resolved all is well')
  await desk.sees('── available ──')
  desk.type('away')
  await desk.sees('── away ──')
  desk.type('quit')
  expect(await desk.exited).toBe(0)
  expect(await crm.agents.get(agentId)).toMatchObject({ session: null })
})

test('a desk without a token that is good ends, and says why', async () => {
  const engine = await openTestEngine({ startsAt: new Date() })
  // Last, when nothing is at work on its database any more.
  onTestFinished(() => engine.close())
  const desk = sitDown(await startApiProcess(engine).url(), await tokenOf.forged())
  await desk.sees('unauthorized')
  expect(await desk.exited).toBe(1)
})
