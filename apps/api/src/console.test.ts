import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestApi, type TestApi } from './testing/api.ts'

const page = '<!doctype html><title>Console</title><script type="module" src="/assets/index-C0FFEE.js"></script>'
const script = 'console.log("the console")'
const asBrowser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

let files: string
let api: TestApi
let bare: TestApi
beforeAll(async () => {
  files = mkdtempSync(join(tmpdir(), 'ringback-console-'))
  mkdirSync(join(files, 'assets'))
  writeFileSync(join(files, 'index.html'), page)
  writeFileSync(join(files, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  writeFileSync(join(files, '.inputs'), 'of the build')
  writeFileSync(join(files, 'assets/index-C0FFEE.js'), script)
  writeFileSync(join(files, 'assets/index-C0FFEE.js.br'), brotliCompressSync(script))
  writeFileSync(join(files, 'assets/index-C0FFEE.css'), 'body { margin: 0 }')
  ;[api, bare] = await Promise.all([openTestApi({}, { consoleFiles: files }), openTestApi()])
})
afterAll(async () => {
  await Promise.all([api.close(), bare.close()])
  rmSync(files, { recursive: true })
})

const get = (url: string, headers: Record<string, string> = asBrowser) => api.ask(undefined, 'GET', url, { headers })

describe('the page', () => {
  const paths = [
    '/',
    '/sign-in',
    '/desk',
    '/promises/6f1c1a52-1b1d-4b8e-9f8a-0e2f7b1f2a10',
    '/wall?status=late',
    '/apiary',
  ]
  test.each(paths)('is sent to a browser at %s', async (path) => {
    expect(await get(path)).toMatchObject({
      status: 200,
      text: page,
      headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache', vary: 'accept' },
    })
  })

  test('runs no script that stands in it, and nothing of another host', async () => {
    const policy = (await get('/desk')).headers['content-security-policy']!
    const sources = Object.fromEntries(
      policy.split('; ').map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1).join(' ')]),
    )
    expect(sources).toMatchObject({ 'default-src': "'self'", 'script-src': "'self'", 'frame-ancestors': "'none'" })
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval|sha256/)
  })

  test('is the newest, as soon as there is another one', async () => {
    writeFileSync(join(files, 'index.html'), `${page}<p>new`)
    expect((await get('/')).text).toContain('<p>new')
    writeFileSync(join(files, 'index.html'), page)
  })

  test.each([
    '/api/nothing',
    '/api',
    '/admin/nothing',
    '/docs/nothing',
    '/problems/a/b',
    '/metrics',
    '/assets/gone-00000000.js',
    '/robots.txt',
    '/.inputs',
    '/index.html',
    '/assets/index-C0FFEE.js/',
  ])('is not sent at %s', async (path) => {
    expect(await get(path)).toMatchObject({ status: 404, body: { code: 'route-not-found' } })
  })

  test.each(['application/json', '*/*', 'image/avif,image/webp,*/*'])(
    'is not sent to who accepts %s',
    async (accept) => {
      expect((await get('/desk', { accept })).body.code).toBe('route-not-found')
      expect(await get('/', { accept })).toMatchObject({ status: 302, headers: { location: '/docs', vary: 'accept' } })
    },
  )

  test('is not sent in answer to a change', async () => {
    for (const method of ['POST', 'PUT', 'DELETE'] as const) {
      expect((await api.ask(undefined, method, '/desk', { headers: asBrowser })).body.code).toBe('route-not-found')
    }
    expect(await api.ask(undefined, 'HEAD', '/desk', { headers: asBrowser })).toMatchObject({ status: 200, text: '' })
  })
})

describe('its files', () => {
  test('are kept for good, as their names say what is in them', async () => {
    for (const [name, type] of [
      ['js', 'application/javascript; charset=utf-8'],
      ['css', 'text/css; charset=utf-8'],
    ] as const) {
      expect((await get(`/assets/index-C0FFEE.${name}`)).headers).toMatchObject({
        'content-type': type,
        'cache-control': 'public, max-age=31536000, immutable',
      })
    }
  })

  test('are asked about again where their names do not change', async () => {
    const icon = await get('/favicon.svg')
    expect(icon).toMatchObject({ status: 200, headers: { 'cache-control': 'public, max-age=0' } })
    const again = await get('/favicon.svg', { 'if-none-match': icon.headers['etag']! })
    expect(again.status).toBe(304)
    expect(again.headers['content-security-policy']).toBeUndefined()
  })

  test('are sent compressed to who can read that, where they have been', async () => {
    const headers = { 'accept-encoding': 'gzip, deflate, br' }
    const answer = await api.app.inject({ url: '/assets/index-C0FFEE.js', headers })
    expect(answer.headers).toMatchObject({
      'content-encoding': 'br',
      'content-type': 'application/javascript; charset=utf-8',
    })
    expect(answer.headers['vary']).toMatch(/accept-encoding/i)
    expect(answer.rawPayload).toEqual(brotliCompressSync(script))
    expect((await get('/assets/index-C0FFEE.js', {})).text).toBe(script)
    expect((await get('/assets/index-C0FFEE.css', headers)).headers['content-encoding']).toBeUndefined()
  })

  test('may ask the API when they are a worker, and nobody else', async () => {
    const { headers } = await get('/assets/index-C0FFEE.js')
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'",
    )
  })

  test.each([
    '/assets/../index.html',
    '/assets/%2e%2e/index.html',
    '/assets/..%2findex.html',
    '/assets/',
    '/assets/%00',
  ])('end where their folder does: %s', async (path) => {
    const answer = await api.app.inject({ url: path })
    expect(answer.statusCode).toBeGreaterThanOrEqual(400)
    expect(answer.statusCode).toBeLessThan(500)
    expect(answer.body).not.toContain('Console')
  })
})

test('before it is built, its pages say how that is done', async () => {
  for (const path of ['/', '/sign-in', '/desk']) {
    const answer = await bare.ask(undefined, 'GET', path, { headers: asBrowser })
    expect(answer.status).toBe(503)
    expect(answer.text).toContain('node scripts/build-console.mjs')
    expect(answer.text).toContain('npm start')
  }
  expect((await bare.ask(undefined, 'GET', '/assets/x.js')).body.code).toBe('route-not-found')
  expect((await bare.ask(undefined, 'GET', '/')).headers['location']).toBe('/docs')
})
