import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { alertNames, alertRules } from '@ringback/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../apps/api/src/testing/api.ts'

const page = readFileSync(join(import.meta.dirname, '../docs/alerts.md'), 'utf8')
const [preface, ...rest] = page.split(/^## /m)
const sections = new Map(
  rest.map((section) => {
    const end = section.indexOf('\n')
    return [section.slice(0, end).replaceAll('`', ''), section.slice(end)]
  }),
)
const parts = ['What it means', 'What customers feel', 'How to look', 'What to do', 'When it clears']

let api: TestApi
beforeAll(async () => {
  api = await openTestApi()
})
afterAll(() => api.close())

test('docs/alerts.md has a section for every alert, in their order, and no other', () => {
  expect([...sections.keys()]).toEqual(alertNames)
})

test('its table tells of every alert how severe it is, and leads to its section', () => {
  const rows = [...preface!.matchAll(/^\| \[`([\w-]+)`\]\(#([\w-]+)\) +\| (\w+) +\| \S/gm)].map(([, ...row]) => row)
  expect(rows).toEqual(alertNames.map((name) => [name, name, alertRules[name].severity]))
})

test.each(alertNames)('the section of %s has all its parts, in their order, and each says something', (name) => {
  const section = sections.get(name) ?? ''
  const told = [...section.matchAll(/^\*\*([^*]+)\.\*\*\s+\S/gm)].map(([, part]) => part)
  expect(told).toEqual(parts)
  const look = section.slice(section.indexOf('**How to look.**'), section.indexOf('**What to do.**'))
  expect(look, 'how to look').toMatch(/```sql|`GET \//)
})

test.each([...page.matchAll(/```sql\n([^`]*)```/g)].map(([, statement]) => statement!))(
  'Postgres answers\n%s',
  async (statement) => {
    const asked = api.engine.sql.begin('read only', (sql) => sql.unsafe(statement))
    await expect(asked).resolves.toBeInstanceOf(Array)
  },
)

test('every route that it names is one of the API', async () => {
  const { paths } = (await api.ask(undefined, 'GET', '/openapi.json')).body
  const isRoute = (route: string) => {
    const [method, path] = route.split(' ') as [string, string]
    return method.toLowerCase() in (paths[path.replaceAll(/:(\w+)/g, '{$1}')] ?? {})
  }
  const named = [...page.matchAll(/`((?:GET|PUT|POST|DELETE) \/[^`]*)`/g)].map(([, route]) => route!)
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter((route) => !isRoute(route))).toEqual([])
})
