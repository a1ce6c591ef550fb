import { expect, test } from 'vitest'
import { haveShares, turnsOf } from './callback-share.ts'
import { policyOf } from './policy.ts'

const policies = (shares: Record<string, number | undefined>) =>
  new Map(
    Object.entries(shares).map(([type, callbackShare]) => [type, policyOf({ callbackShare: callbackShare ?? 100 })]),
  )

test('nobody takes turns while no queue has a share', () => {
  for (const none of [policies({}), policies({ first: undefined, second: 100 })]) {
    expect(haveShares(none)).toBe(false)
    expect(turnsOf(none, 0)).toBeUndefined()
  }
})

test.each([
  { credit: 99, yielding: ['never'] },
  { credit: 50, yielding: ['never'] },
  { credit: 49, yielding: ['never', 'half'] },
  { credit: 0, yielding: ['never', 'half', 'almost'] },
])('with a credit of $credit ordinary users go before callbacks of $yielding', ({ credit, yielding }) => {
  const turns = turnsOf(policies({ never: 0, half: 50, almost: 99, always: 100 }), credit)!
  expect([...turns.yielding]).toEqual(yielding)
  expect(['half', 'always', 'unknown'].map((queueType) => turns.shareOf(queueType))).toEqual([50, 100, 100])
})
