import { expect, test } from 'vitest'
import { hours } from './hours.ts'
import { promises } from './promises.ts'
import { queues } from './queues.ts'
import { examples } from './world/example.ts'

const runs = { ...queues, ...promises, ...hours }

test('every section of docs/policies.md has an example, and every example a section', () => {
  expect(examples.filter(({ heads }) => heads.length === 0).map(({ section }) => section)).toEqual([])
  expect(examples.map(({ section }) => section).toSorted()).toEqual(Object.keys(runs).toSorted())
})

test.each(examples)('the example of "$section" is what happens', async (example) => {
  expect.hasAssertions()
  await runs[example.section]!(example)
})
