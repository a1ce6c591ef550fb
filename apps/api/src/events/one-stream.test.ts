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

test('what is heard while a stream ends is not told, and it ends well', async () => {
  const log = await logOf(1)
  const { stream, listener, told } = await openStream({})
  await expect.poll(told, { timeout: patienceMs }).toContain('event: reset')
  listener.end()
  listener.hear(log)
  await finished(stream)
  expect(told()).not.toContain('callback.scheduled')
})
