import { expect, test } from 'vitest'
import { demoAgents, demoUsers } from './people.ts'

test('there are twelve agents, numbered from 1', () => {
  expect(demoAgents.map(({ agentId }) => agentId)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  expect(new Set(demoAgents.map(({ email }) => email)).size).toBe(12)
})

test('there are five hundred users, no two of the same id, name or phone', () => {
  expect(demoUsers).toHaveLength(500)
  for (const key of ['userId', 'name', 'phone'] as const) {
    expect(new Set(demoUsers.map((user) => user[key])).size).toBe(500)
  }
})

test('every phone number is one of those kept free for fiction', () => {
  for (const { phone } of demoUsers) expect(phone).toMatch(/^\+1\d{3}55501\d{2}$/)
})
