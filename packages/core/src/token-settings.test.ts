import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { signingSecret } from './token-settings.ts'

const messageFor = (secret: string) => signingSecret.safeParse(secret).error?.issues.map(({ message }) => message)

describe('a secret is refused', () => {
  test.each([
    ['one character', 'a'.repeat(32)],
    ['few characters', '0011010110100101110010101010101101'],
    ['a word, again and again', 'swordfish'.repeat(5)],
    ['digits in a row', '12345678901234567890123456789012345'],
  ])('made of %s', (_what, secret) => {
    expect(messageFor(secret)).toEqual([expect.stringMatching(/same few characters; make one with: openssl/)])
  })

  test.each([
    'please-change-me-please-I-beg-you!',
    'your-256-bit-secret-goes-in-here-ok',
    'a-string-secret-at-least-256-bits-long',
    'ringback-demo-key-of-the-first-days',
    'the example of a secret, to be seen',
    'SUPER_SECRET_KEY_FOR_RINGBACK_1234',
  ])("that is an example's: %s", (secret) => {
    expect(messageFor(secret)).toEqual([expect.stringMatching(/an example's; make one with: openssl/)])
  })

  test('that is short', () => {
    expect(messageFor('zQ8!kd02mPx')).toEqual(['must have 32 characters or more'])
  })
})

test('secrets that were made at random are accepted', () => {
  for (let made = 0; made < 200; made++) {
    expect(messageFor(randomBytes(32).toString('hex'))).toBeUndefined()
    expect(messageFor(randomBytes(16).toString('hex'))).toBeUndefined()
    expect(messageFor(randomBytes(24).toString('base64url'))).toBeUndefined()
  }
})
