import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { newSecret, signedHeaders } from './signature.ts'

const message = {
  id: '12-34-abc',
  timestamp: Math.floor(Date.now() / 1_000),
  body: '{"type":"callback.completed","ü":"€"}',
}

test('a signature is the one of Standard Webhooks, for any secret', () => {
  for (let n = 0; n < 50; n += 1) {
    const secret = newSecret()
    const signed = new Webhook(secret).sign(message.id, new Date(message.timestamp * 1_000), message.body)
    expect(signedHeaders([secret], message)['webhook-signature']).toBe(signed)
  }
})

test('a receiver verifies it by either secret of two, and by no other', () => {
  const [newer, older, other] = [newSecret(), newSecret(), newSecret()]
  const headers = signedHeaders([newer, older], message)
  for (const secret of [newer, older]) {
    expect(new Webhook(secret).verify(message.body, headers)).toEqual(JSON.parse(message.body))
  }
  expect(() => new Webhook(other).verify(message.body, headers)).toThrow('No matching signature')
})

test('nothing of a message can be changed', () => {
  const secret = newSecret()
  const headers = signedHeaders([secret], message)
  const verify = (body: string, changed = {}) => new Webhook(secret).verify(body, { ...headers, ...changed })
  expect(() => verify(`${message.body} `)).toThrow('No matching signature')
  expect(() => verify(message.body, { 'webhook-id': '12-34-abd' })).toThrow('No matching signature')
  expect(() => verify(message.body, { 'webhook-timestamp': String(message.timestamp - 1) })).toThrow(
    'No matching signature',
  )
})
