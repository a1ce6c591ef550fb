import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../testing/api.ts'
import { problemCatalogue } from './catalogue.ts'

let api: TestApi
let publicApi: TestApi
beforeAll(async () => {
  api = await openTestApi()
  publicApi = await openTestApi({ PUBLIC_URL: 'https://ringback.example.com/' })
})
afterAll(() => Promise.all([api.close(), publicApi.close()]))

const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
const codes = Object.keys(problemCatalogue)

test('the type of a problem leads to what explains it', async () => {
  const { type, code, status, title } = (await api.service.get('/api/users/999')).body
  const explained = await api.ask(undefined, 'GET', type)
  expect(explained.body).toEqual({
    type,
    code,
    status,
    title,
    remedy: expect.stringMatching(/^Look at the address/),
    routes: expect.arrayContaining(['GET /api/users/{userId}', 'DELETE /api/users/{userId}']),
  })
})

test('with a public address the type is a whole URL', async () => {
  for (const url of ['/api/users/999', '/api/users/%zz']) {
    const { type, code } = (await publicApi.service.get(url)).body
    expect(type).toBe(`https://ringback.example.com/problems/${code}`)
  }
})

test.each(codes)('%s has a page that people can read, and the same as JSON', async (code) => {
  const page = await api.ask(undefined, 'GET', `/problems/${code}`, { headers: html })
  const { title, remedy } = (await api.ask(undefined, 'GET', `/problems/${code}`)).body
  expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8', vary: 'accept' } })
  expect(page.text).toContain(`<h1>${title}</h1>`)
  expect(remedy.length).toBeGreaterThan(20)
  expect(page.text).not.toMatch(/<script|https?:/)
  expect(page.headers['content-security-policy']).toContain("default-src 'self'; script-src 'self'; ")
})

test('all are listed', async () => {
  const all = await api.ask(undefined, 'GET', '/problems')
  expect(all.body.map(({ code }: { code: string }) => code)).toEqual(codes)
  const page = await api.ask(undefined, 'GET', '/problems', { headers: html })
  for (const code of codes) expect.soft(page.text).toContain(`href="problems/${code}"`)
})

test.each(['no-such-problem', 'constructor', '<script>'])('the problem %s is none', async (code) => {
  const answer = await api.ask(undefined, 'GET', `/problems/${encodeURIComponent(code)}`, { headers: html })
  expect(answer).toMatchObject({ status: 404, body: { code: 'route-not-found' } })
})
