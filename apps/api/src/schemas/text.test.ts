import { describe, expect, test } from 'vitest'
import { putAgentBody } from './agents.ts'
import { outcomeBody, startCallBody } from './call-sessions.ts'
import { cancelBody, scheduleBody } from './callbacks.ts'
import { putQueueUserBody } from './queue-entries.ts'
import { putUserBody } from './users.ts'

const callbackId = '7a0f6b0e-3c1f-4a57-9d1c-6a4f5f1f0b11'
const scheduledFor = '2026-11-23T15:00Z'

/** Every text that must say something, by what writes it. */
const texts: [
  what: string,
  parse: (text: string) => { success: boolean; error?: { issues: { message: string }[] } },
][] = [
  ['the name of a user', (name) => putUserBody.safeParse({ name })],
  ['a phone', (phone) => putUserBody.safeParse({ name: 'Ada', phone })],
  ['the first name of an agent', (firstName) => putAgentBody.safeParse({ firstName })],
  ['the last name of an agent', (lastName) => putAgentBody.safeParse({ firstName: 'Ada', lastName })],
  [
    'the reason of a callback',
    (callbackReason) => scheduleBody.safeParse({ userId: '1', scheduledFor, callbackReason }),
  ],
  ['the reason to cancel', (reason) => cancelBody.safeParse({ callbackId, reason })],
  ['the reason to queue', (queueReason) => putQueueUserBody.safeParse({ priorityScore: 0, queueReason })],
  ['a claim', (claimId) => putQueueUserBody.safeParse({ priorityScore: 0, claimId })],
  ['a telephony id', (twilioCallSid) => startCallBody.safeParse({ userId: '1', direction: 'inbound', twilioCallSid })],
]

const invisible = {
  space: ' ',
  'no-break space': '\u00a0',
  'ideographic space': '\u3000',
  'line separator': '\u2028',
  tab: '\t',
  'control character': '\u0085',
  'zero-width space': '\u200b',
  'zero-width joiner': '\u200d',
  'word joiner': '\u2060',
  'soft hyphen': '\u00ad',
  'byte order mark': '\ufeff',
  'combining grapheme joiner': '\u034f',
  'Arabic letter mark': '\u061c',
  'Hangul filler': '\u3164',
  'halfwidth Hangul filler': '\uffa0',
  'Hangul jungseong filler': '\u1160',
  'Mongolian vowel separator': '\u180e',
  'variation selector': '\ufe0f',
  'variation selector of the supplement': '\u{e0100}',
  'tag character': '\u{e0041}',
  'right-to-left mark': '\u200f',
  'right-to-left override': '\u202e',
  isolate: '\u2068',
  'Braille blank': '\u2800',
  'null notehead': '\u{1d159}',
  'Egyptian blank': '\u{13441}',
}

describe.each(texts)('%s', (_, parse) => {
  test.each(Object.entries(invisible))('is refused as blank when it is nothing but %ss', (_name, character) => {
    for (const text of [character, ` ${character}\u200b${character} `]) {
      expect(parse(text).error?.issues.map(({ message }) => message)).toContain('must not be blank')
    }
  })

  test('may hold invisible characters beside others, in any script', () => {
    for (const text of [
      'می\u200cخواهم',
      '👩\u200d👩\u200d👧',
      'O\u2019Neill',
      '김',
      '李 小龍',
      'ß',
      '+',
      '\u05d0\u200f',
    ]) {
      expect(parse(text).success).toBe(true)
    }
  })
})

test.each(['\n', '\t', '\r', '\u0000', '\u0007', '\u001b', '\u007f', '\u0085', '\u2028', '\u2029'])(
  'the control character %j is in no name, phone or id of another system, and stays in notes',
  (character) => {
    const text = `Ada${character}Example`
    for (const [what, parse] of texts.filter(([name]) => !name.startsWith('the reason'))) {
      expect.soft(parse(text).success, what).toBe(false)
    }
    expect(outcomeBody.safeParse({ outcomeType: 'resolved', notes: text }).success).toBe(character !== '\0')
  },
)

test('empty text where nothing may stand means none', () => {
  expect(putUserBody.parse({ name: 'Ada', phone: '' }).phone).toBeNull()
  expect(putAgentBody.parse({ firstName: 'Ada', lastName: '', email: '' })).toMatchObject({
    lastName: null,
    email: null,
  })
  expect(scheduleBody.parse({ userId: '1', scheduledFor, callbackReason: '' }).callbackReason).toBeNull()
  expect(putQueueUserBody.parse({ priorityScore: 0, queueReason: '' }).queueReason).toBeNull()
  expect(cancelBody.safeParse({ callbackId, reason: '' }).success).toBe(true)
  for (const body of [{ name: '' }, { name: null }]) expect(putUserBody.safeParse(body).success).toBe(false)
  for (const firstName of ['', null]) expect(putAgentBody.safeParse({ firstName }).success).toBe(false)
})

test.each([
  ['+49 (0) 89 / 1234567-890 ext. 12345, ask for reception', true],
  ['sip:ada@example.com;transport=tcp', true],
  ['1'.repeat(100), true],
  ['1'.repeat(101), false],
])('the phone %s is accepted: %s', (phone, isAccepted) => {
  expect(putUserBody.safeParse({ name: 'Ada', phone }).success).toBe(isAccepted)
})

test.each([
  ['grace@example.com', true],
  ['müller@bücher.example', true],
  ['用户@例子.广告', true],
  ['δοκιμή@παράδειγμα.δοκιμή', true],
  ['संपर्क@डाटामेल.भारत', true],
  ['first.last+tag@sub.xn--bcher-kva.example', true],
  ["o'neill/sales@example.museum", true],
  ['müller@bücher', false],
  ['müller@@bücher.example', false],
  ['mül ler@bücher.example', false],
  ['müller.@bücher.example', false],
  ['.müller@bücher.example', false],
  ['mü..ller@bücher.example', false],
  ['müller@-bücher.example', false],
  ['müller@bücher-.example', false],
  ['müller@bücher..example', false],
  ['müller@192.168.0.1', false],
  ['mü\u200bller@bücher.example', false],
  ['müller@bücher.example\n', false],
  ['@bücher.example', false],
  ['müller@', false],
  [`${'ü'.repeat(250)}@b.example`, false],
])('the mail address %s is accepted: %s', (email, isAccepted) => {
  expect(putAgentBody.safeParse({ firstName: 'Ada', email }).success).toBe(isAccepted)
})

describe('an external id and metadata', () => {
  const problemsOf = (fields: object) => [
    putUserBody.safeParse({ name: 'Ada', ...fields }).success,
    scheduleBody.safeParse({ userId: '1', scheduledFor, ...fields }).success,
  ]

  test.each(Object.entries(invisible))('an id has no %s in it', (_name, character) => {
    expect(problemsOf({ externalId: `crm${character}4711` })).toEqual([false, false])
  })

  test.each<[what: string, fields: object, isValid: boolean]>([
    ['an id of letters of any kind', { externalId: 'Ключ-4711/ä' }, true],
    ['the longest id', { externalId: 'x'.repeat(200) }, true],
    ['an id that is longer', { externalId: 'x'.repeat(201) }, false],
    ['an id of nothing', { externalId: '' }, false],
    ['a number for an id', { externalId: 4711 }, false],
    ['no metadata', { metadata: {} }, true],
    ['metadata with the longest key', { metadata: { ['k'.repeat(40)]: '' } }, true],
    ['a key that is longer', { metadata: { ['k'.repeat(41)]: '' } }, false],
    ['a key of nothing', { metadata: { '': 'x' } }, false],
    ['as many keys as there may be', { metadata: keys(50) }, true],
    ['one key more', { metadata: keys(51) }, false],
    ['as much as there may be', { metadata: { k: 'ä'.repeat((8 * 1024 - '{"k":""}'.length) / 2) } }, true],
    ['one byte more', { metadata: { k: `${'ä'.repeat((8 * 1024 - '{"k":""}'.length) / 2)}x` } }, false],
    ['a value that is no text', { metadata: { k: 1 } }, false],
    ['a value that Postgres cannot store', { metadata: { k: '\0' } }, false],
    ['null for metadata', { metadata: null }, false],
  ])('%s', (_what, fields, isValid) => {
    expect(problemsOf(fields)).toEqual([isValid, isValid])
  })
})

function keys(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, 'x']))
}
