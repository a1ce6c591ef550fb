import { callQueue, doNotCall, userCallScores, users } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  acceptCallback,
  blockSubject,
  claimNextCall,
  closeSession,
  deleteUser,
  getCallback,
  listBlocks,
  prune,
  putQueueUser,
  putUser,
  recordOutcome,
  releaseClaim,
  rescheduleCallback,
  scheduleCallback,
  snoozeCallback,
  tick,
  unblockSubject,
} from '../index.ts'

const queueType = 'outstanding_requests'
const number = '+12025550143'

let engine: TestEngine
let agentId: number
beforeEach(async () => {
  engine = await openTestEngine({ rules: { agentTimeoutMs: 0 } })
  agentId = await engine.addAgent('available')
})
afterEach(() => engine.close())

const inMinutes = (count: number) => new Date(engine.time.now().getTime() + count * 60_000)
const block = (subject: string, until?: Date) => blockSubject(engine.deps, { subject, reason: 'asked', until })
const ofUser = (userId: string) => `user:${userId}`
const putNumber = (userId: string, phone: string | null) => putUser(engine.deps, { userId, name: 'Customer', phone })
const putIntoQueue = (userId: string) => putQueueUser(engine.deps, { userId, queueType, priorityScore: 1 })

/** Writes an entry as no step does: nobody who is meant leaves. */
const insertBlock = (subject: string) =>
  doNotCall.put(engine.sql, { subject, reason: null, until: null }, engine.time.now())

/** Nothing of the user is to be called: no open promise, no place in a queue, no wish for one. */
async function expectNothingLeft(userId: string) {
  const open =
    await engine.sql`select id from callbacks where user_id = ${userId} and status in ('pending', 'accepted')`
  expect(open).toEqual([])
  expect(await callQueue.getLiveOfUser(engine.sql, userId)).toBeUndefined()
  expect((await userCallScores.get(engine.sql, userId))?.queuedAt ?? null).toBeNull()
  await engine.reconcile()
  await tick(engine.deps, { trigger: 'manual' })
  expect(await claimNextCall(engine.deps, { agentId })).toBeUndefined()
}

describe('putting a user on the list', () => {
  test('cancels what it was promised, whether it is queued, accepted, due or not, and says so', async () => {
    const userId = await engine.addUser()
    const other = await engine.addCallback()
    const queued = await engine.addCallback({ userId })
    await engine.route(queued.id)
    const later = await engine.addCallback({ userId, inMinutes: 600 })
    const accepted = await engine.addCallback({ userId, inMinutes: 60 })
    await acceptCallback(engine.deps, { callbackId: accepted.id, agentId })
    const result = await block(ofUser(userId))
    expect(result).toEqual({
      subject: ofUser(userId),
      reason: 'asked',
      since: engine.time.now(),
      until: null,
      source: 'operator',
      cancelledCallbackIds: [queued.id, accepted.id, later.id],
    })
    for (const { id } of [queued, later, accepted]) {
      expect(await engine.callback(id)).toMatchObject({ status: 'cancelled', result: 'blocked', isQueued: false })
      const { history } = await getCallback(engine.deps, id)
      expect(history.at(-1)).toMatchObject({ kind: 'cancelled', details: { by: 'engine', result: 'blocked' } })
    }
    expect(await engine.callback(other.id)).toMatchObject({ status: 'pending' })
    await blockSubject(engine.deps, { subject: ofUser(other.userId), reason: 'asked' })
    await expectNothingLeft(userId)
  })

  test('ends its ordinary place for good', async () => {
    const userId = await engine.addUser()
    await putIntoQueue(userId)
    expect(await block(ofUser(userId))).toMatchObject({ cancelledCallbackIds: [] })
    await expectNothingLeft(userId)
    await unblockSubject(engine.deps, ofUser(userId))
    const { id } = await engine.addCallback({ userId })
    await engine.route(id)
    await recordOutcome(engine.deps, {
      callSessionId: (await claimNextCall(engine.deps, { agentId }))!.callSessionId,
      outcomeType: 'resolved',
    })
    await expectNothingLeft(userId)
  })

  test('leaves a claim at work to its agent, who ends it', async () => {
    const { id, userId } = await engine.addCallback()
    await engine.route(id)
    const later = await engine.addCallback({ userId, inMinutes: 60 })
    const { callSessionId } = (await claimNextCall(engine.deps, { agentId }))!
    expect(await block(ofUser(userId))).toMatchObject({ cancelledCallbackIds: [later.id] })
    expect(await engine.callback(id)).toMatchObject({ status: 'in_progress' })
    expect(await claimNextCall(engine.deps, { agentId })).toMatchObject({ resumed: true, callSessionId })
    const { callback } = await recordOutcome(engine.deps, { callSessionId, outcomeType: 'resolved' })
    expect(callback).toMatchObject({ status: 'completed', result: 'reached' })
    await expectNothingLeft(userId)
  })

  test.each([
    ['gives it back', (queueEntryId: string) => releaseClaim(engine.deps, { queueEntryId })],
    ['logs out', () => closeSession(engine.deps, agentId)],
  ])('a claim at work goes to nobody else when its agent %s', async (_, giveBack) => {
    const { id, userId } = await engine.addCallback()
    await engine.route(id)
    const { queueEntry } = (await claimNextCall(engine.deps, { agentId }))!
    await block(ofUser(userId))
    await giveBack(queueEntry.id)
    expect(await engine.callback(id)).toMatchObject({ status: 'cancelled', result: 'blocked' })
    expect(await callQueue.get(engine.sql, queueEntry.id)).toMatchObject({ status: 'removed' })
    agentId = await engine.addAgent('available')
    await expectNothingLeft(userId)
  })

  test('also takes back what was promised to a user who was erased', async () => {
    const { id, userId } = await engine.addCallback()
    await deleteUser(engine.deps, userId)
    expect(await block(ofUser(userId))).toMatchObject({ reason: null, cancelledCallbackIds: [id] })
  })

  test('again changes what is said of it; until a time, it counts until then', async () => {
    const userId = await engine.addUser()
    const first = await block(ofUser(userId))
    engine.time.advance(1_000)
    const until = inMinutes(60)
    const again = await blockSubject(engine.deps, { subject: ofUser(userId), reason: 'on holiday', until })
    expect(again).toMatchObject({ reason: 'on holiday', until, since: first.since })
    await expect(engine.addCallback({ userId })).rejects.toMatchObject({ code: 'do-not-call' })
    engine.time.set(until)
    await engine.addCallback({ userId })
    const anew = await block(ofUser(userId))
    expect(anew).toMatchObject({ since: until, until: null, cancelledCallbackIds: [expect.any(String)] })
  })

  test('until a time that is over is refused', async () => {
    const { userId, id } = await engine.addCallback()
    await expect(block(ofUser(userId), engine.time.now())).rejects.toMatchObject({ code: 'block-over' })
    expect(await engine.callback(id)).toMatchObject({ status: 'pending' })
  })
})

describe('putting a number on the list', () => {
  test('means all who have it, however it is written, and nobody else', async () => {
    const people = [await engine.addUser(), await engine.addUser(), await engine.addUser()]
    await putNumber(people[0]!, '+1 202 555 0143')
    await putNumber(people[1]!, '+1 (202) 555-0143')
    const promises = await Promise.all(people.map((userId) => engine.addCallback({ userId })))
    await engine.route(...promises.map(({ id }) => id))
    const { cancelledCallbackIds } = await block(number)
    expect(cancelledCallbackIds).toEqual([promises[0]!.id, promises[1]!.id].toSorted())
    for (const userId of people.slice(0, 2)) {
      await expect(putIntoQueue(userId)).rejects.toMatchObject({ code: 'do-not-call' })
    }
    expect(await engine.callback(promises[2]!.id)).toMatchObject({ status: 'pending' })
  })

  test('a user with another number is free, and one who gets this number is not', async () => {
    const userId = await engine.addUser()
    await putNumber(userId, number)
    await block(number)
    await putNumber(userId, '+12025550144')
    const { id } = await engine.addCallback({ userId })
    await putIntoQueue(userId)
    await putNumber(userId, number)
    expect(await engine.callback(id)).toMatchObject({ status: 'cancelled', result: 'blocked' })
    await expectNothingLeft(userId)
  })

  test('a name that changes and a number that stays cost nobody a promise', async () => {
    const { userId, id } = await engine.addCallback()
    await insertBlock(number)
    await putUser(engine.deps, { userId, name: 'Another name' })
    expect(await engine.callback(id)).toMatchObject({ status: 'pending' })
    expect(await users.get(engine.sql, userId)).toMatchObject({ phoneE164: '+12025550100' })
  })
})

test('who is on the list is promised no call and put into no queue', async () => {
  const { userId, id: callbackId } = await engine.addCallback()
  await insertBlock(ofUser(userId))
  const refused = { code: 'do-not-call', message: expect.stringContaining(`User ${userId}`) }
  const { deps } = engine
  await expect(scheduleCallback(deps, { userId, scheduledFor: inMinutes(5) })).rejects.toMatchObject(refused)
  await expect(acceptCallback(deps, { callbackId, agentId })).rejects.toMatchObject(refused)
  await expect(snoozeCallback(deps, { callbackId, agentId, minutes: 5 })).rejects.toMatchObject(refused)
  await expect(rescheduleCallback(deps, { callbackId, scheduledFor: inMinutes(5) })).rejects.toMatchObject(refused)
  await expect(putIntoQueue(userId)).rejects.toMatchObject(refused)
  await unblockSubject(deps, ofUser(userId))
  await acceptCallback(deps, { callbackId, agentId })
})

test('the list is read page by page, or by subject', async () => {
  for (const subject of ['user:3', number, 'user:10']) await block(subject)
  const first = await listBlocks(engine.deps, { limit: 2 })
  expect(first).toMatchObject({ items: [{ subject: number }, { subject: 'user:10' }], next: { subject: 'user:10' } })
  const second = await listBlocks(engine.deps, { limit: 2, after: first.next! })
  expect(second).toMatchObject({ items: [{ subject: 'user:3', source: 'operator' }], next: null })
  expect((await listBlocks(engine.deps, { subject: number, limit: 50 })).items).toHaveLength(1)
  await unblockSubject(engine.deps, number)
  expect((await listBlocks(engine.deps, { subject: number, limit: 50 })).items).toEqual([])
})

test('what has been over for 30 days is forgotten, and nothing else', async () => {
  const until = inMinutes(60)
  await block('user:1', until)
  await block('user:2')
  const afterDays = async (days: number) => {
    engine.time.set(new Date(until.getTime() + days * 24 * 60 * 60_000 + 1))
    await prune(engine.deps)
    return (await listBlocks(engine.deps, { limit: 50 })).items.map(({ subject }) => subject)
  }
  expect(await afterDays(29)).toEqual(['user:1', 'user:2'])
  expect(await afterDays(30)).toEqual(['user:2'])
})

test('a user who is erased and comes back is still not called, and why is forgotten', async () => {
  const userId = await engine.addUser()
  await putNumber(userId, number)
  await block(ofUser(userId))
  await block(number)
  const { id } = await engine.addCallback()
  await engine.sql`update callbacks set user_id = ${userId} where id = ${id}`
  await deleteUser(engine.deps, userId)
  const { items } = await listBlocks(engine.deps, { limit: 50 })
  expect(items).toMatchObject([
    { subject: number, reason: null },
    { subject: ofUser(userId), reason: null },
  ])
  await putNumber(userId, null)
  expect(await engine.callback(id)).toMatchObject({ status: 'cancelled', result: 'blocked' })
  await expect(engine.addCallback({ userId })).rejects.toMatchObject({ code: 'do-not-call' })
})

describe('at the same moment as', () => {
  /** Both begin while another transaction has the user, so that they meet at its row; whoever comes first, nothing is left. */
  async function meet(userId: string, ...works: (() => Promise<unknown>)[]) {
    let working: Promise<PromiseSettledResult<unknown>[]>
    await engine.sql.begin(async (tx) => {
      await tx`select from users where id = ${userId} for no key update`
      const begun: Promise<unknown>[] = []
      for (const work of works) {
        begun.push(work())
        await engine.untilWaiting(begun.length)
      }
      working = Promise.allSettled(begun)
    })
    return working!
  }
  const blockingFirst = [true, false]

  test.each(blockingFirst)('a promise (list first: %s), nothing is left', async (isFirst) => {
    const userId = await engine.addUser()
    const works = [() => block(ofUser(userId)), () => engine.addCallback({ userId })]
    await meet(userId, ...(isFirst ? works : works.toReversed()))
    await expectNothingLeft(userId)
  })

  test.each(blockingFirst)(
    'a number that is put on the list and given to the user (list first: %s)',
    async (isFirst) => {
      const { userId, id } = await engine.addCallback({ inMinutes: 600 })
      await putIntoQueue(userId)
      let working: Promise<unknown>
      await engine.sql.begin(async (tx) => {
        await tx`select pg_advisory_xact_lock(7264230, hashtext(${number}))`
        const works = [() => block(number), () => putNumber(userId, number)]
        const [first, second] = isFirst ? works : works.toReversed()
        const begun = first!()
        await engine.untilWaiting(1)
        working = Promise.all([begun, second!()])
        await engine.untilWaiting(2)
      })
      await working!
      expect(await engine.callback(id)).toMatchObject({ status: 'cancelled', result: 'blocked' })
      await expectNothingLeft(userId)
    },
  )

  test('a user who is made and promised a call, nothing is left', async () => {
    const userId = '4711'
    let working: Promise<unknown>
    await engine.sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(7264230, hashtext(${ofUser(userId)}))`
      working = Promise.all(
        [block(ofUser(userId)), putNumber(userId, null).then(() => engine.addCallback({ userId }))].map((work) =>
          work.catch((error: unknown) => error),
        ),
      )
      await engine.untilWaiting(2)
    })
    await working!
    await expectNothingLeft(userId)
  })

  test.each(blockingFirst)('routing (list first: %s), nothing is left', async (isFirst) => {
    const { userId, id } = await engine.addCallback()
    const works = [() => block(ofUser(userId)), () => engine.route(id)]
    await Promise.all((isFirst ? works : works.toReversed()).map((work) => work()))
    await expectNothingLeft(userId)
  })

  test('a claim: the agent has it, or nothing is left', async () => {
    for (let round = 0; round < 10; round++) {
      const { userId, id } = await engine.addCallback()
      await engine.route(id)
      const [call] = await Promise.all([claimNextCall(engine.deps, { agentId }), block(ofUser(userId))])
      const { status } = await engine.callback(id)
      expect(status).toBe(call ? 'in_progress' : 'cancelled')
      if (call) await recordOutcome(engine.deps, { callSessionId: call.callSessionId, outcomeType: 'busy' })
      await expectNothingLeft(userId)
    }
  })
})
