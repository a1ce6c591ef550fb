import { readLog, type ToldEvent } from '@ringback/core'
import { openTestEngine, patienceMs } from '@ringback/testing'
import { expect, test } from 'vitest'
import type { EventHub, Listener } from './hub.ts'
import { eventStream } from './stream.ts'

test('a reader who comes from another process, which had read further, is told nothing twice', async () => {
  await using engine = await openTestEngine()
  for (let n = 0; n < 4; n += 1) await engine.addCallback()
  let log: ToldEvent[] = []
  await expect
    .poll(async () => (log = (await readLog(engine.sql, undefined, 10)) as ToldEvent[]).length, { timeout: patienceMs })
    .toBe(4)
  const [first, second, third, fourth] = log as [ToldEvent, ToldEvent, ToldEvent, ToldEvent]

  const { promise: joined, resolve: join } = Promise.withResolvers<Listener>()
  const hub: EventHub = {
    size: 0,
    join: async (listener) => {
      join(listener)
      return first.place
    },
    leave: () => {},
    wake: () => {},
    close: () => {},
  }
  const stream = await eventStream({
    hub,
    sql: engine.sql,
    isFor: () => true,
    lastEventId: third.event.id,
    now: () => engine.time.now(),
    mayGoOn: async () => true,
  })
  const listener = await joined
  listener.hear([second])
  let text = ''
  stream.on('data', (chunk: string) => (text += chunk))
  listener.hear([third])
  listener.hear([fourth])
  await expect.poll(() => text, { timeout: patienceMs }).toContain(`id: ${fourth.event.id}\n`)
  expect(text.match(/^id: .*$/gm)).toEqual([`id: ${fourth.event.id}`])
  stream.destroy()
})
