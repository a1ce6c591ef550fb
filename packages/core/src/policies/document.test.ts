import { expect, test } from 'vitest'
import { policyDocument, policyOverrides } from './document.ts'
import { calendarsOf, policyFor, policyOf, reportPolicy } from './policy.ts'

const everything = {
  openingHours: 'office',
  quietHours: { US: 'law:us', 'US-FL': 'law:us-8-20', '*': 'evenings' },
  retries: { maxAttempts: 4, maxPerDay: 2, minutes: { busy: [5, 15, 60], no_answer: [30] } },
  inboundEnds: { outcomes: ['resolved'], withinHours: 24 },
  refusalsBlock: true,
  ownerWaitMinutes: 10,
  escalateAfterMinutes: 5,
  callbackShare: 80,
  punctualWithinMinutes: 15,
  ordinaryWhilePromised: 'hold',
}

test('an empty document is the rules of the report', () => {
  expect(policyOf(policyDocument.parse({}))).toEqual(reportPolicy)
})

test('a document may say everything, and says of the rest what the report says', () => {
  expect(policyOf(policyDocument.parse(everything))).toEqual(everything)
  expect(policyOf(policyDocument.parse({ callbackShare: 80 }))).toEqual({ ...reportPolicy, callbackShare: 80 })
  expect(Object.keys(everything).toSorted()).toEqual(Object.keys(reportPolicy).toSorted())
})

test('so many calls a day as the specification says, when a policy does not', () => {
  const { retries } = policyDocument.parse({ retries: { maxAttempts: 2, minutes: { busy: [5] } } })
  expect(retries?.maxPerDay).toBe(3)
})

const minutes = { busy: [5] }
test.each([
  [{ shares: 5 }, [], 'Unrecognized key: "shares"'],
  [{ openingHours: 'Office' }, ['openingHours'], 'must be the id of a calendar, like office or law:us'],
  [
    { quietHours: { usa: 'law:us' } },
    ['quietHours', 'usa'],
    'must be a region of ISO 3166, like US or US-FL, or * for all that are not named',
  ],
  [{ retries: { maxAttempts: 1, minutes } }, ['retries', 'maxAttempts'], 'Too small: expected number to be >=2'],
  [{ retries: { maxAttempts: 11, minutes } }, ['retries', 'maxAttempts'], 'Too big: expected number to be <=10'],
  [{ retries: { maxAttempts: 2, minutes: {} } }, ['retries', 'minutes'], 'must name the waits of one outcome at least'],
  [
    { retries: { maxAttempts: 2, minutes: { busy: [] } } },
    ['retries', 'minutes', 'busy'],
    'must name a wait for the first time at least; leave it out not to try again',
  ],
  [
    { retries: { maxAttempts: 2, minutes: { busy: [43_201] } } },
    ['retries', 'minutes', 'busy', 0],
    'Too big: expected number to be <=43200',
  ],
  [
    { retries: { maxAttempts: 2, minutes: { busy: [5], declined: [5] } } },
    ['retries', 'minutes'],
    'Unrecognized key: "declined"',
  ],
  [
    { inboundEnds: { outcomes: ['resolved', 'resolved'], withinHours: 1 } },
    ['inboundEnds', 'outcomes'],
    'must name each outcome once',
  ],
  [{ callbackShare: 101 }, ['callbackShare'], 'Too big: expected number to be <=100'],
  [{ ownerWaitMinutes: -1 }, ['ownerWaitMinutes'], 'Too small: expected number to be >=0'],
])('%j says where it is wrong, and what it must be', (document, path, message) => {
  const { error } = policyDocument.safeParse(document)
  expect(error?.issues).toMatchObject([{ path, message }])
})

test('a document names each of its calendars once', () => {
  expect(calendarsOf(policyDocument.parse({}))).toEqual([])
  expect(calendarsOf({ openingHours: 'a', quietHours: { US: 'b', '*': 'a' } })).toEqual(['a', 'b'])
})

const policy = policyOf(policyDocument.parse(everything))

test('a callback may say otherwise', () => {
  const overrides = policyOverrides.parse({ ownerWaitMinutes: 0, maxAttempts: 1, punctualWithinMinutes: 0 })
  expect(policyFor(policy, { policy: overrides, attempts: 0 })).toEqual({
    ...policy,
    ownerWaitMinutes: 0,
    punctualWithinMinutes: 0,
    retries: { ...policy.retries, maxAttempts: 1 },
  })
  expect(policyFor(policy, { policy: null, attempts: 0 })).toBe(policy)
  expect(policyFor(policy, { policy: {}, attempts: 3 })).toEqual(policy)
  expect(policyFor(reportPolicy, { policy: { maxAttempts: 5 }, attempts: 0 }).retries).toBeNull()
})

test('that the customer asked for a time holds for the first call only', () => {
  const asked = { policy: { quietHours: 'off' } as const }
  expect(policyFor(policy, { ...asked, attempts: 0 }).quietHours).toBeNull()
  expect(policyFor(policy, { ...asked, attempts: 1 }).quietHours).toEqual(policy.quietHours)
})
