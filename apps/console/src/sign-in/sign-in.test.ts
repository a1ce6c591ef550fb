import { tokenOf } from '@ringback/api/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectClean, inspect, openTestConsole, type TestConsole } from '../testing/console.ts'

let console: TestConsole
let agentId: number
beforeAll(async () => {
  console = await openTestConsole()
  agentId = await console.api.engine.addAgent('available')
})
afterAll(() => console.close())

test('whoever has not signed in is asked to, and comes to where it wanted to go', async () => {
  const visitor = await console.visitor()
  const { page } = visitor
  await page.goto(`${console.url}/desk`)
  await page.waitForURL('**/sign-in?back=%2Fdesk')
  await inspect(page, 'sign-in')

  await page.getByLabel('Token').fill('nonsense')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('This token opens nothing').waitFor()
  await inspect(page, 'sign-in-refused')

  await page.getByLabel('Token').fill(await tokenOf.agent(agentId))
  await page.keyboard.press('Enter')
  await page.waitForURL('**/desk')
  await page.reload()
  await page.getByRole('heading', { name: 'Desk' }).waitFor()
  await expectClean(visitor)

  await page.getByRole('button', { name: 'You and this browser' }).click()
  await inspect(page, 'choices', { isWhole: false })
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL('**/sign-in**')
  expect(await visitor.context.cookies()).toEqual([])
  await page.goto(`${console.url}/desk`)
  await page.waitForURL('**/sign-in**')
  await expectClean(visitor)
})

test('a supervisor begins at the wall, and has no desk', async () => {
  const visitor = await console.supervisor()
  const { page } = visitor
  await page.goto(`${console.url}/desk`)
  await page.waitForURL('**/wall')
  await page.goto(`${console.url}/nowhere`)
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor()
  await inspect(page, 'not-found')
  await expectClean(visitor)
})
