import { createParser } from 'eventsource-parser'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventStreamParser, type StreamBlock } from './event-stream-parser.ts'

function blocksOf(...pieces: string[]): StreamBlock[] {
  const parser = new EventStreamParser()
  return pieces.flatMap((piece) => parser.push(piece))
}

const block = (id: string | undefined, type?: string, data?: string) => ({
  id,
  event: type === undefined ? undefined : { type, data },
})

test.each([
  ['an event', 'id: 1\nevent: a\ndata: {}\n\n', [block('1', 'a', '{}')]],
  ['one without a type', 'data: x\n\n', [block(undefined, 'message', 'x')]],
  ['data of several lines', 'data: x\ndata\ndata:y\n\n', [block(undefined, 'message', 'x\n\ny')]],
  ['one space is left out', 'data:  x\n\n', [block(undefined, 'message', ' x')]],
  ['a position alone', 'id: 7\n\n', [block('7')]],
  ['a position that is taken back', 'id\ndata: x\n\n', [block('', 'message', 'x')]],
  ['an id with NUL', 'id: 1\0\ndata: x\n\n', [block(undefined, 'message', 'x')]],
  ['comments', ': hello\n\n:\n\n', []],
  ['a type alone is nothing', 'event: a\n\ndata: x\n\n', [block(undefined, 'message', 'x')]],
  ['fields that there are not', 'colour: red\ndatax: y\n\n', []],
  ['what is not ended', 'data: x\n', []],
  [
    'every end of a line',
    'data: a\r\rdata: b\r\n\r\ndata: c\n\n',
    ['a', 'b', 'c'].map((data) => block(undefined, 'message', data)),
  ],
  ['a byte order mark', '\uFEFFdata: x\n\n', [block(undefined, 'message', 'x')]],
])('%s', (_what, text, blocks) => {
  expect(blocksOf(text)).toEqual(blocks)
  expect(blocksOf(...text.split(''))).toEqual(blocks)
})

test('the stream says when to come back, in digits', () => {
  const parser = new EventStreamParser()
  parser.push('retry: 500\n\nretry: soon\n\n')
  expect(parser.retryMs).toBe(500)
})

/** What another parser makes of it: it tells of events alone, and not of a position that moves without one. */
function oracle(text: string) {
  const events: { id: string | undefined; type: string; data: string }[] = []
  const parser = createParser({
    onEvent: ({ id, event = 'message', data }) => events.push({ id, type: event || 'message', data }),
  })
  parser.feed(text)
  return events
}

test('however a stream is cut, its events are those that another parser finds', () => {
  const ending = fc.constantFrom('\n', '\r\n', '\r')
  const value = fc.string({ unit: fc.constantFrom('a', 'é', '🙂', ' ', ':', '{', '"', '0'), maxLength: 6 })
  const name = fc.constantFrom('data', 'id', 'event', 'retry', ':', 'other', '')
  const line = fc.tuple(name, fc.constantFrom(':', ': ', ''), value).map((parts) => parts.join(''))
  const stream = fc
    .array(fc.tuple(fc.oneof(line, line, fc.constant('')), ending), { maxLength: 40 })
    .map((lines) => lines.flat().join(''))
  fc.assert(
    fc.property(stream, fc.array(fc.nat({ max: 200 })), (text, cuts) => {
      const ended = `${text}\n\n`
      const places = [...new Set(cuts.map((cut) => cut % (ended.length + 1)))].toSorted((a, b) => a - b)
      const pieces = [0, ...places].map((from, index) => ended.slice(from, places[index] ?? ended.length))
      const found = blocksOf(...pieces).flatMap(({ id, event }) => (event ? [{ id, ...event }] : []))
      expect(found).toEqual(oracle(ended))
    }),
    { numRuns: 2_000 },
  )
})
