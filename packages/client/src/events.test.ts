import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { Ringback } from './client.ts'
import type { EventsOptions, StreamEvent } from './events.ts'
import type { RingbackOptions } from './request.ts'
import { noWait, startServer, type Asked } from './testing/server.ts'
import { waitByTimer } from './wait.ts'

/** A server of events, and a client of it that comes back at once. */
async function streaming(
  answer: (response: ServerResponse, number: number, asked: Asked) => void,
  { token = 'secret', ...options }: EventsOptions & Partial<RingbackOptions> = {},
) {
  const server = await startServer((response, number, asked) => {
    response.setHeader('content-type', 'text/event-stream')
    answer(response, number, asked)
  })
  const { wait, waits } = noWait()
  const stopping = new AbortController()
  const stream = new Ringback({ url: server.url, token, wait }).events({ signal: stopping.signal, ...options })
  const positions = () => server.asked.map(({ headers }) => headers['last-event-id'])
  return { ...server, waits, stopping, stream, positions }
}

const type = 'callback.snoozed'
const event = (id: number) => `id: ${id}\nevent: ${type}\ndata: {"id":"${id}","type":"${type}","data":{}}\n\n`

/** The ids of the next events. */
async function take(stream: AsyncIterable<StreamEvent>, count: number): Promise<string[]> {
  const ids: string[] = []
  for await (const one of stream) {
    if ('id' in one) ids.push(one.id)
    if (ids.length === count) return ids
  }
  return ids
}

test('events come with type, data and id; the token is in a header, and what is wanted in the query', async () => {
  const { stream, asked } = await streaming(
    (response) => response.write(`retry: 2000\n\n: hello\n\n${event(1)}event: reset\ndata: {"reason":"start"}\n\n`),
    { types: ['callback.snoozed', 'queue.depth'], agentId: 7 },
  )
  const events = []
  for await (const one of stream) {
    events.push(one)
    if (events.length === 2) break
  }
  expect(events).toEqual([
    { id: '1', type: 'callback.snoozed', data: {} },
    { type: 'reset', data: { reason: 'start' } },
  ])
  expect(asked[0]).toMatchObject({
    url: '/api/events?types=callback.snoozed%2Cqueue.depth&agentId=7',
    headers: { authorization: 'Bearer secret', accept: 'text/event-stream' },
  })
})

test('after the end it comes back, later than the stream said, and goes on from where it was', async () => {
  const { stream, waits, positions } = await streaming((response, number) => {
    if (number === 0) response.end(`retry: 500\n\n${event(1)}${event(2)}`)
    else if (number === 1) response.end('id: 8\n\n')
    else response.write(event(9))
  })
  expect(await take(stream, 3)).toEqual(['1', '2', '9'])
  expect(positions()).toEqual([undefined, '2', '8'])
  expect(waits).toHaveLength(2)
  for (const ms of waits) {
    expect(ms).toBeGreaterThanOrEqual(500)
    expect(ms).toBeLessThanOrEqual(1_000)
  }
})

test('the position is that of the event that was taken, not of those that came with it', async () => {
  const { stream, positions, stopping } = await streaming((response, number) => {
    if (number === 0) response.write(event(1) + event(2) + event(3))
    else response.write(event(2))
  })
  expect(await take(stream, 1)).toEqual(['1'])
  expect(stream.lastEventId).toBe('1')
  expect(await take(stream, 1)).toEqual(['2'])
  expect(positions()).toEqual([undefined, '1'])
  stopping.abort()
})

test('a position that was kept is where it begins', async () => {
  const { stream, positions } = await streaming((response) => response.write(event(42)), { lastEventId: '41' })
  expect(await take(stream, 1)).toEqual(['42'])
  expect(positions()).toEqual(['41'])
})

test('a connection that breaks in the middle of an event loses nothing and tells nothing twice', async () => {
  const { stream, positions } = await streaming((response, number) => {
    if (number === 0) response.write(`${event(1)}id: 2\nevent: callback.snoozed\nda`, () => response.destroy())
    else response.write(event(2))
  })
  expect(await take(stream, 2)).toEqual(['1', '2'])
  expect(positions()).toEqual([undefined, '1'])
})

test('characters that are cut in two arrive whole', async () => {
  const bytes = Buffer.from('id: 1\nevent: a\ndata: "🙂é"\n\n')
  const { stream } = await streaming((response) => {
    let sent = 0
    const send = () => {
      if (sent < bytes.length) response.write(bytes.subarray(sent, ++sent), () => setImmediate(send))
    }
    send()
  })
  for await (const { data } of stream) {
    expect(data).toBe('🙂é')
    break
  }
})

test('who has heard nothing for too long comes back', async () => {
  const { stream, positions } = await streaming(
    (response, number) => {
      response.write(event(number + 1)) // And then nothing more.
    },
    { silentAfterMs: 100 },
  )
  expect(await take(stream, 3)).toEqual(['1', '2', '3'])
  expect(positions()).toEqual([undefined, '1', '2'])
})

test('who is at work on an event for longer than a silence keeps the connection', async () => {
  let goOn = () => {}
  const { stream, asked } = await streaming(
    (response) => {
      response.write(event(1))
      goOn = () => void response.write(event(2))
    },
    { silentAfterMs: 2_000 },
  )
  const ids: string[] = []
  for await (const one of stream) {
    if ('id' in one) ids.push(one.id)
    if (ids.length === 2) break
    await waitByTimer(3_000)
    goOn()
  }
  expect(ids).toEqual(['1', '2'])
  expect(asked).toHaveLength(1)
})

test('signs of life are heard, though they are no events', async () => {
  const { stream, asked } = await streaming(
    (response) => {
      let signs = 0
      const timer = setInterval(() => {
        response.write(':\n\n')
        if ((signs += 1) < 50) return
        clearInterval(timer)
        response.write(event(1))
      }, 50)
    },
    { silentAfterMs: 2_000 },
  )
  expect(await take(stream, 1)).toEqual(['1'])
  expect(asked).toHaveLength(1)
})

test('who cannot be reached is tried again, with a growing distance, and a 503 when it says so', async () => {
  const { stream, waits } = await streaming((response, number) => {
    if (number < 3) response.destroy()
    else if (number === 3) response.writeHead(503, { 'retry-after': '60' }).end()
    else response.write(event(1))
  })
  expect(await take(stream, 1)).toEqual(['1'])
  expect(waits).toHaveLength(4)
  for (const [index, fullMs] of [8_000, 16_000, 30_000].entries()) {
    expect(waits[index]).toBeGreaterThanOrEqual(fullMs / 2)
    expect(waits[index]).toBeLessThanOrEqual(fullMs)
  }
  expect(waits[3]).toBe(60_000)
})

test('a token that has expired is renewed; one that nobody knows ends it', async () => {
  const refuse = (response: ServerResponse) =>
    response
      .writeHead(401, { 'content-type': 'application/problem+json' })
      .end(JSON.stringify({ code: 'unauthorized', detail: 'The token has expired' }))
  const renewed = await streaming(
    (response, _number, { headers }) => {
      if (headers.authorization === 'Bearer new') response.write(event(1))
      else refuse(response)
    },
    { token: ({ refused }) => (refused ? 'new' : 'old') },
  )
  expect(await take(renewed.stream, 1)).toEqual(['1'])
  const refused = await streaming(refuse)
  await expect(take(refused.stream, 1)).rejects.toMatchObject({ code: 'unauthorized', status: 401 })
  expect(refused.asked).toHaveLength(1)
})

test('what is no stream is no stream of Ringback', async () => {
  const { stream } = await streaming((response) => response.setHeader('content-type', 'text/html').end('<html>'))
  await expect(take(stream, 1)).rejects.toMatchObject({ code: 'unexpected-answer' })
})

test('it ends with its signal, and whoever leaves the loop leaves the connection', async () => {
  const { stream, stopping } = await streaming((response) => response.write(event(1)))
  const ids: string[] = []
  for await (const one of stream) {
    if ('id' in one) ids.push(one.id)
    stopping.abort()
  }
  expect(ids).toEqual(['1'])
  expect(await take(stream, 1)).toEqual([])

  let isClosed = false
  const left = await streaming((response) => {
    response.on('close', () => (isClosed = true))
    response.write(event(1))
  })
  await take(left.stream, 1)
  await expect.poll(() => isClosed).toBe(true)
})

test('whoever asks is told when the stream is connected, and when it no longer is', async () => {
  const told: boolean[] = []
  const { stream } = await streaming(
    (response, number) => {
      if (number === 0) response.end(event(1))
      else if (number === 1) response.writeHead(503).end()
      else response.write(event(2))
    },
    { onConnection: (isConnected) => told.push(isConnected) },
  )
  expect(await take(stream, 2)).toEqual(['1', '2'])
  expect(told).toEqual([true, false, true, false])
})
