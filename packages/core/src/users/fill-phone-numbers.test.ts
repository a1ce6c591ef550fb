import { callbacks, users } from '@ringback/db'
import { monday, openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { blockSubject, fillPhoneNumbers } from '../index.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine({ rules: { defaultCountry: 'US' } })
})
afterEach(() => engine.close())

/** A user as it was written before numbers were kept. */
async function earlierUser(phone: string | null): Promise<string> {
  const userId = await engine.addUser()
  await engine.sql`update users set phone = ${phone}, phone_e164 = null where id = ${userId}`
  return userId
}

const numberOf = async (userId: string) => (await users.get(engine.sql, userId))?.phoneE164

test('whoever has a phone gets its number, and a block by number finds it', async () => {
  const national = await earlierUser('202-555-0147')
  const foreign = await earlierUser('+49 30 1234567')
  const without = [await earlierUser(null), await earlierUser('ask at the desk')]
  expect(await fillPhoneNumbers(engine.deps)).toEqual({ filled: 2 })
  expect(await numberOf(national)).toBe('+12025550147')
  expect(await numberOf(foreign)).toBe('+49301234567')
  for (const userId of without) expect(await numberOf(userId)).toBeNull()

  const { id } = await engine.addCallback({ userId: national })
  const { cancelledCallbackIds } = await blockSubject(engine.deps, { subject: '+12025550147', reason: 'asked' })
  expect(cancelledCallbackIds).toEqual([id])
})

test('who is on the list by the number leaves the queues', async () => {
  await blockSubject(engine.deps, { subject: '+12025550147', reason: 'asked' })
  const userId = await earlierUser('+1 202 555 0147')
  const { id } = await engine.addCallback({ userId })
  await engine.route(id)
  const other = await engine.addCallback({ userId: await earlierUser('+1 202 555 0148') })
  await fillPhoneNumbers(engine.deps)
  expect(await callbacks.get(engine.sql, id)).toMatchObject({ status: 'cancelled', result: 'blocked' })
  expect(await engine.entryOf(id)).toBeUndefined()
  expect(await callbacks.get(engine.sql, other.id)).toMatchObject({ status: 'pending' })
})

test('all pages are looked through, by one of several at once, and never again', async () => {
  await engine.sql`
    insert into users (id, name, phone, created_at, updated_at)
    select id, 'User', '+1 202 555 0147', ${monday}, ${monday} from generate_series(1000, 1449) id`
  const filled = await Promise.all([fillPhoneNumbers(engine.deps), fillPhoneNumbers(engine.deps)])
  const rest = await fillPhoneNumbers(engine.deps)
  expect([...filled, rest].reduce((sum, each) => sum + each.filled, 0)).toBe(450)
  expect(await engine.sql`select from users where phone_e164 is null`).toHaveLength(0)

  const later = await earlierUser('+1 202 555 0149')
  expect(await fillPhoneNumbers(engine.deps)).toEqual({ filled: 0 })
  expect(await numberOf(later)).toBeNull()
})

test('one that was told to stop goes on where it was', async () => {
  await engine.sql`
    insert into users (id, name, phone, created_at, updated_at)
    select id, 'User', '+1 202 555 0147', ${monday}, ${monday} from generate_series(1000, 1299) id`
  const stopping = new AbortController()
  const first = fillPhoneNumbers(engine.deps, stopping.signal)
  stopping.abort()
  expect(await first).toEqual({ filled: 200 })
  expect(await fillPhoneNumbers(engine.deps)).toEqual({ filled: 100 })
})
