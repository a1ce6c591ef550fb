import { makeAuthority } from '@ringback/testing/certificates'
import { makeTlsFiles, type TlsFiles } from '@ringback/testing/tls-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { certificatesOf } from './certificates.ts'
import { engineSettings, readSettings, redisSettings } from './settings.ts'

const urls = { DATABASE_URL: 'postgres://a@db.example/b', REDIS_URL: 'rediss://cache.example' }
const house = makeAuthority('The house')
const [one, two] = [house.issue('one'), house.issue('two')]
let files: TlsFiles
beforeAll(() => {
  files = makeTlsFiles()
})
afterAll(() => files.remove())

const problemsOf = (env: Record<string, string>) => () => readSettings(engineSettings, { ...urls, ...env })

test('files are read when the settings are', () => {
  const env = {
    DATABASE_CA_FILE: files.write('ca', house.ca),
    DATABASE_CERT_FILE: files.write('one', one.cert),
    DATABASE_KEY_FILE: files.write('one-key', one.key),
    REDIS_CA_FILE: files.write('ca', house.ca),
  }
  expect(certificatesOf(readSettings(engineSettings, { ...urls, ...env }))).toEqual({
    database: { ca: house.ca, cert: one.cert, key: one.key },
    redis: { ca: house.ca },
  })
})

test('all that is wrong with them is told at once, with what else is', () => {
  const read = problemsOf({
    LOG_LEVEL: 'loud',
    DATABASE_CA_FILE: `${files.folder}/none`,
    DATABASE_CERT_FILE: files.write('one', one.cert),
    DATABASE_KEY_FILE: files.write('two-key', two.key),
    REDIS_CA_FILE: files.write('empty', ''),
    REDIS_KEY_FILE: files.write('one-key', one.key),
  })
  expect(read).toThrow(
    [
      'These settings are wrong:',
      '  DATABASE_KEY_FILE: is the key of another certificate than DATABASE_CERT_FILE',
      '  REDIS_CERT_FILE: is not set; REDIS_KEY_FILE is of no use without it',
      `  DATABASE_CA_FILE: ${files.folder}/none cannot be read (ENOENT); it must be the path of a PEM file`,
      `  REDIS_CA_FILE: ${files.folder}/empty holds no certificate of an authority; it must be the path of a PEM file with one`,
      '  LOG_LEVEL: must be trace, debug, info, warn, error, fatal or silent',
    ].join('\n'),
  )
})

test('a key is not a certificate, and the other way round', () => {
  const read = problemsOf({
    DATABASE_CERT_FILE: files.write('one-key', one.key),
    DATABASE_KEY_FILE: files.write('one', one.cert),
  })
  expect(read).toThrow(/DATABASE_CERT_FILE: .* holds no certificate;/)
  expect(read).toThrow(/DATABASE_KEY_FILE: .* holds no private key/)
})

test('those of another server are left alone', () => {
  const env = { REDIS_URL: urls.REDIS_URL, DATABASE_CERT_FILE: `${files.folder}/none` }
  expect(readSettings(redisSettings, env)).toEqual({ REDIS_URL: urls.REDIS_URL })
})

test.each([
  ['sslmode=prefer', /must have sslmode=disable, .* not prefer; whoever is in between could turn TLS off/],
  ['sslmode=on', /must have sslmode=disable, require, verify-ca, verify-full or none, not on$/m],
  ['ssl=true', /must say sslmode in place of ssl/],
  ['sslrootcert=/etc/ca.pem', /must say sslmode in place of sslrootcert, and name files in DATABASE_CA_FILE/],
])('%s is refused', (query, problem) => {
  expect(problemsOf({ DATABASE_URL: `${urls.DATABASE_URL}?${query}` })).toThrow(problem)
})
