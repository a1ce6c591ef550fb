import process from 'node:process'
import { expect, onTestFinished, test } from 'vitest'
import { keepAlive } from './keep-alive.ts'
import { isAlive } from './processes.ts'
import { type Service, spawnService } from './service.ts'

const shell = (script: string): Service =>
  spawnService({
    name: 'part',
    command: '/bin/sh',
    args: ['-c', script],
    cwd: '/',
    stopSignal: 'SIGTERM',
    graceMs: 1_000,
  })

test('what dies at once is started again after twice as long each time, and each death is said in a line', async () => {
  const notices: string[] = []
  const kept = keepAlive({ name: 'Part', start: () => shell('exit 3'), notice: (text) => void notices.push(text) })
  onTestFinished(() => kept.stop())
  await expect
    .poll(() => notices.slice(0, 3), { timeout: 20_000 })
    .toEqual([0.5, 1, 2].map((seconds) => `Part ended (exit code 3); starting it again in ${seconds} s`))
  expect((await kept.firstDeath).exit.code).toBe(3)
})

test('a start that fails counts as a death, and its reason is said', async () => {
  const notices: string[] = []
  const starts = [() => Promise.reject(new Error('the port is taken\nand more')), () => shell('exec sleep 1000')]
  const lives: (number | undefined)[] = []
  const kept = keepAlive({
    name: 'Part',
    first: shell('exit 1'),
    start: () => starts.shift()!(),
    notice: (text) => void notices.push(text),
    onLife: (pid) => void lives.push(pid),
  })
  onTestFinished(() => kept.stop())
  await expect.poll(() => lives.length, { timeout: 20_000 }).toBe(3)
  expect(notices).toEqual([
    'Part ended (exit code 1); starting it again in 0.5 s',
    'Part does not start: the port is taken; starting it again in 1 s',
  ])
  const [, died, last] = lives
  expect(died).toBeUndefined()
  expect(isAlive(last ?? 0)).toBe(true)
  await kept.stop()
  expect(isAlive(last ?? process.pid)).toBe(false)
})

test('one that is told to end while it is being started ends as soon as it lives', async () => {
  const begun = Promise.withResolvers<Service>()
  const kept = keepAlive({ name: 'Part', start: () => begun.promise, notice: () => {} })
  const stopped = kept.stop()
  const life = shell('exec sleep 1000')
  begun.resolve(life)
  await stopped
  expect(isAlive(life.pid)).toBe(false)
})
