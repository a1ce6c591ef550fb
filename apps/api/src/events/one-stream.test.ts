import { finished } from 'node:stream/promises'
import { readLog, type LogPlace, type ToldEvent } from '@ringback/core'
import { openTestEngine, patienceMs, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { EventHub, Listener } from './hub.ts'
import { eventStream } from './stream.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

/** The events of so many promises that have just been made. */
async function logOf(count: number): Promise<ToldEvent[]> {
  for (let n = 0; n < count; n += 1) await engine.addCallback()
  let log: ToldEvent[] = []
  await expect
    .poll(async () => (log = (await readLog(engine.sql, undefined, count)) as ToldEvent[]).length, {
      timeout: patienceMs,
    })
    .toBe(count)
  return log
}

/** A stream on a hub at `place`, with what the hub says to it in our hands, and what it has told so far. */
async function openStream({ place, lastEventId }: { place?: LogPlace; lastEventId?: string }) {
  const { promise: joined, resolve: join } = Promise.withResolvers<Listener>()
  const hub: EventHub = {
    size: 0,
    join: async (listener) => {
      join(listener)
      return place
    },
    leave: () => {},
    wake: () => {},
    close: () => {},
  }
  const stream = await eventStream({
    hub,
    sql: engine.sql,
    isFor: () => true,
    lastEventId,
    now: () => engine.time.now(),
    expiresAt: Date.now() + 60_000,
    mayGoOn: async () => true,
  })
  let text = ''
  stream.on('data', (chunk: string) => (text += chunk))
  return { stream, listener: await joined, told: () => text }
}

test('a reader who comes from another process, which had read further, is told nothing twice', async () => {
  const [first, second, third, fourth] = (await logOf(4)) as [ToldEvent, ToldEvent, ToldEvent, ToldEvent]
  const { stream, listener, told } = await openStream({ place: first.place, lastEventId: third.event.id })
  for (const one of [second, third, fourth]) listener.hear([one])
  await expect.poll(told, { timeout: patienceMs }).toContain(`id: ${fourth.event.id}\n`)
  expect(told().match(/^id: .*$/gm)).toEqual([`id: ${fourth.event.id}`])
  stream.destroy()
})

test.each([
  ['begins', undefined],
  ['has been told what it missed', 'first'],
])(
  'a reader who %s when Postgres goes back is told what happens then, though its numbers are lower',
  async (_, last) => {
    const [first, second] = (await logOf(2)) as [ToldEvent, ToldEvent]
    const past: LogPlace = { ...first.place, tx: '1' }
    const options = last === undefined ? { place: second.place } : { place: second.place, lastEventId: first.event.id }
    const { stream, listener, told } = await openStream(options)
    await expect.poll(told, { timeout: patienceMs }).toContain(last ? `id: ${second.event.id}` : 'event: reset')
    listener.lose(past)
    listener.hear([first])
    await expect.poll(told, { timeout: patienceMs }).toContain('"reason":"gap"')
    await expect.poll(told, { timeout: patienceMs }).toContain(`id: ${first.event.id}\nevent: ${first.event.type}`)
    stream.destroy()
  },
)

test('a reader who is lost before it has been told what it missed is told one reset, and what comes then', async () => {
  const [first, second, third] = (await logOf(3)) as [ToldEvent, ToldEvent, ToldEvent]
  const { stream, listener, told } = await openStream({ place: second.place, lastEventId: first.event.id })
  listener.lose(undefined)
  listener.hear([third])
  await expect.poll(told, { timeout: patienceMs }).toContain(`id: ${third.event.id}\n`)
  expect(told().match(/^event: .*$/gm)).toEqual(['event: reset', `event: ${third.event.type}`])
  stream.destroy()
})

test('what is heard while a stream ends is not told, and it ends well', async () => {
  const log = await logOf(1)
  const { stream, listener, told } = await openStream({})
  await expect.poll(told, { timeout: patienceMs }).toContain('event: reset')
  listener.end()
  listener.hear(log)
  await finished(stream)
  expect(told()).not.toContain('callback.scheduled')
})
