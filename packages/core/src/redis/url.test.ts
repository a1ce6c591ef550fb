import { expect, test } from 'vitest'
import { parseRedisUrl } from './url.ts'

test('one server is what it always was', () => {
  const url = 'rediss://u:p@cache.example:6380/2'
  expect(parseRedisUrl(url)).toEqual({ kind: 'single', isTls: true, url, host: 'cache.example' })
  expect(parseRedisUrl('redis://[::1]')).toMatchObject({ kind: 'single', isTls: false, host: '::1' })
})

test('a cluster is known by some of its nodes', () => {
  expect(parseRedisUrl('redis+cluster://a.example:7000,b.example,[::1]:7002')).toEqual({
    kind: 'cluster',
    isTls: false,
    nodes: [
      { host: 'a.example', port: 7_000 },
      { host: 'b.example', port: 6_379 },
      { host: '::1', port: 7_002 },
    ],
    access: {},
  })
  expect(parseRedisUrl('rediss+cluster://ringback:p%40ss,word@a:1,b:2/')).toMatchObject({
    nodes: [{ host: 'a' }, { host: 'b' }],
    access: { username: 'ringback', password: 'p@ss,word' },
    isTls: true,
  })
})

test('a master is known to its sentinels, who may want a password of their own', () => {
  expect(parseRedisUrl('redis+sentinel://:secret@a,b:26380/callbacks')).toEqual({
    kind: 'sentinel',
    isTls: false,
    sentinels: [
      { host: 'a', port: 26_379 },
      { host: 'b', port: 26_380 },
    ],
    masterName: 'callbacks',
    access: { password: 'secret' },
    sentinelAccess: {},
  })
  expect(parseRedisUrl('rediss+sentinel://a/m?sentinel_username=watch&sentinel_password=a%2Bb')).toMatchObject({
    isTls: true,
    sentinelAccess: { username: 'watch', password: 'a+b' },
  })
})

test.each([
  'http://localhost',
  'localhost:6379',
  'redis+cluster://',
  'redis+cluster://a:7000,',
  'redis+cluster://a:port',
  'redis+cluster://a:7000/0',
  'redis+cluster://a:7000?tls=1',
  'redis+sentinel://a:26379',
  'redis+sentinel://a:26379/master/0',
  'redis+sentinel://a:26379/master?sentinel_pasword=misspelt',
  'redis+proxy://a:26379',
])('%s is refused', (url) => {
  expect(parseRedisUrl(url)).toBeUndefined()
})
