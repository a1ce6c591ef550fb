/** Appears in values that are sent, and must appear in no refusal and in no log. */
export const canary = 'canary5f1e77'

const texts = [
  '',
  ' ',
  '\0',
  `${canary}\0`,
  `${canary}\ud800`,
  `\udc00${canary}`,
  `${canary}'; drop table users; --`,
  `${canary}" or 1=1`,
  `\${${canary}}{{7*7}}%s%n`,
  '__proto__',
  'constructor',
  'null',
  'true',
  '[object Object]',
  '../../etc/passwd',
  `\u202e${canary}\ufeff\u0000`,
  '👩‍👩‍👧‍👦'.repeat(100),
  `${canary}${'x'.repeat(300)}`,
  `${canary}${'y'.repeat(5_000)}`,
  'İıſK',
  '\u200b\u3164\u2800\ufe0f',
  '\r\nset-cookie: a=b',
]

const numbersAsText = [
  '0',
  '-1',
  '01',
  '+1',
  '1.5',
  '1e3',
  '0x10',
  'NaN',
  'Infinity',
  '٣',
  '2147483647',
  '2147483648',
  '9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '9'.repeat(400),
]

const times = [
  '1969-12-31T23:59:59.999Z',
  '1970-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '9999-12-31T23:59:59-23:59',
  '9999-12-31T23:59:60Z',
  '2016-12-31T23:59:60Z',
  '2026-02-29T00:00:00Z',
  '2028-02-29T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-03-29T02:30:00',
  '2026-03-02T24:00:00Z',
  '2026-03-02T10:00:00+99:99',
  '2026-03-02T10:00+2460',
  '2026-03-02T10:00 02:00',
  '2026-03-02t10z',
  '2026-03-02T10:00:00.123456789123Z',
  '+275760-09-13T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  '-000001-01-01T00:00:00Z',
  '0000-00-00T00:00:00Z',
  '2026-03-02',
  'now',
  'infinity',
]

const ids = [
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '{00000000-0000-4000-8000-000000000000}',
  '000000000000400080000000000000000',
  'AAAAAAAA-AAAA-4AAA-8AAA-AAAAAAAAAAAA',
]

/** Text that something may trip over, wherever it stands. */
export const hostileTexts: readonly string[] = [...texts, ...numbersAsText, ...times, ...ids]

const numbers = [0, -0, -1, 1, 1.5, 1e-7, 61, 2 ** 31 - 1, 2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1, 2 ** 53, 1e21, 1e308]

/** JSON values of the wrong type, out of range, or too deep. */
export const hostileValues: readonly unknown[] = [
  ...hostileTexts,
  ...numbers,
  null,
  true,
  false,
  [],
  {},
  [null],
  [[[[[]]]]],
  { length: 1 },
  { toString: canary, valueOf: null, toJSON: canary },
  { constructor: { prototype: { isAdmin: true } } },
  JSON.parse('{"__proto__":{"isAdmin":true}}'),
  Array.from({ length: 2_000 }, (_, index) => index),
]

/** Values as no `JSON.stringify` would write them. */
export const hostileLiterals = [
  '1e400',
  '-1e400',
  '1E-400',
  `1${'0'.repeat(400)}`,
  '0.1000000000000000055511151231257827',
  'NaN',
  'undefined',
  "'single'",
  '01',
  '"\\ud800"',
  '"\\u0000"',
  '"\t"',
  '"\\x41"',
  `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
  '/* comment */ 1',
]

/** Names that a field or a parameter may have without a schema that knows of it. */
export const hostileNames = [
  'extra',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '',
  ' ',
  '\0',
  'a.b',
  'a[b]',
  '$where',
  '0',
]
