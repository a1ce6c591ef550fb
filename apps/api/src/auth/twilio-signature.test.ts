import fc from 'fast-check'
import { getExpectedTwilioSignature, validateRequest } from 'twilio/lib/webhooks/webhooks.js'
import { describe, expect, test } from 'vitest'
import { twilioSignature } from './twilio-signature.ts'

const token = '0123456789abcdef0123456789abcdef'
const target = '/api/telephony/twilio?callSessionId=0190f3c2-7d4e-4a59-9c1e-2f6a4d8b7e11'
const fields = { CallSid: 'CA1', CallStatus: 'no-answer', From: '+4930 123', Caller: 'Zoë & Söhne = 100 %' }
const form = new URLSearchParams(fields)
const signedBy = (by: string, url: string) => getExpectedTwilioSignature(by, url, fields)

/** What Twilio's own function makes of fields that come several times. */
const fieldsOf = (params: URLSearchParams) =>
  Object.fromEntries([...new Set(params.keys())].map((name) => [name, params.getAll(name)]))

describe('Twilio’s own function and this one agree', () => {
  // Few of them, so that many fields come several times.
  const text = fc.oneof(fc.constantFrom('A', 'a', 'b', 'é'), fc.string({ unit: 'grapheme', maxLength: 12 }))
  const segment = fc.stringMatching(/^[\w.~!$&'()*+,;=:@%-]{0,8}$/)

  test('on every address and every form', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('https', 'http'),
        fc.constantFrom('calls.example.com', 'Calls.Example.com', '203.0.113.7', '[2001:db8::1]'),
        fc.constantFrom('', ':443', ':80', ':8443'),
        fc.constantFrom('', '/ringback', '/a%20b'),
        fc.array(segment, { maxLength: 3 }),
        fc.array(fc.tuple(segment, segment), { maxLength: 3 }),
        fc.array(fc.tuple(text, text), { maxLength: 8 }),
        (scheme, host, port, path, segments, query, pairs) => {
          const publicUrl = `${scheme}://${host}${port}${path}`
          const asked = `/${segments.join('/')}${query.length > 0 ? `?${query.map((pair) => pair.join('=')).join('&')}` : ''}`
          const params = new URLSearchParams(pairs)
          const isSigned = twilioSignature([token], publicUrl)
          const withoutPort = `${scheme}://${host}${path}`
          const own = scheme === 'https' ? ':443' : ':80'
          for (const url of [withoutPort, `${scheme}://${host}${port || own}${path}`]) {
            const signature = getExpectedTwilioSignature(token, url + asked, fieldsOf(params))
            expect(validateRequest(token, signature, publicUrl + asked, fieldsOf(params))).toBe(true)
            expect(isSigned({ target: asked, form: params, signature })).toBe(true)
          }
        },
      ),
    )
  })

  test.each([
    ['another token', signedBy('fedcba9876543210fedcba9876543210', `https://calls.example.com${target}`)],
    ['another host', signedBy(token, `https://calls.example.org${target}`)],
    ['another port', signedBy(token, `https://calls.example.com:8443${target}`)],
    ['another scheme', signedBy(token, `http://calls.example.com${target}`)],
    ['another query string', signedBy(token, `https://calls.example.com${target}0`)],
    [
      'another form',
      getExpectedTwilioSignature(token, `https://calls.example.com${target}`, { ...fields, CallSid: 'CA2' }),
    ],
    ['half of it', signedBy(token, `https://calls.example.com${target}`).slice(0, 14)],
    ['nothing', ''],
  ])('that what signs %s is not signed', (_, signature) => {
    expect(validateRequest(token, signature, `https://calls.example.com${target}`, fields)).toBe(false)
    expect(twilioSignature([token], 'https://calls.example.com')({ target, form, signature })).toBe(false)
  })
})

test('without a signature nothing is signed', () => {
  expect(twilioSignature([token], 'https://calls.example.com')({ target, form, signature: undefined })).toBe(false)
})

test('the query string counts as it came, in its order and with its escapes', () => {
  const isSigned = twilioSignature([token], 'https://calls.example.com')
  for (const asked of ['/x?b=1&a=2', '/x?a=%27&b=%7e', "/x?a='&b=~", '/x?a=1+2', '/x?', '/x?%zz']) {
    const signature = signedBy(token, `https://calls.example.com${asked}`)
    expect(isSigned({ target: asked, form, signature })).toBe(true)
  }
  const signature = signedBy(token, 'https://calls.example.com/x?a=2&b=1')
  expect(isSigned({ target: '/x?b=1&a=2', form, signature })).toBe(false)
})

test('while one token takes the place of another, both sign', () => {
  const next = 'ffffffffffffffffffffffffffffffff'
  const isSigned = twilioSignature([token, next], 'https://calls.example.com')
  for (const by of [token, next]) {
    expect(isSigned({ target, form, signature: signedBy(by, `https://calls.example.com${target}`) })).toBe(true)
  }
})
