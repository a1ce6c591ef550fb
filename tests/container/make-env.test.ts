import { execFile } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv, promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkout } from './compose.ts'

const run = promisify(execFile)
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringback make env '))
  mkdirSync(join(folder, 'docker'))
  for (const file of ['docker/make-env.sh', '.env.example']) cpSync(join(checkout, file), join(folder, file))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** From elsewhere: it finds its place by itself. */
const makeEnv = async () => (await run('sh', [join(folder, 'docker/make-env.sh')], { cwd: tmpdir() })).stdout
const read = () => readFileSync(join(folder, '.env'), 'utf8')

test('puts a secret of its own behind every name without a value, and leaves the rest as it is', async () => {
  expect(await makeEnv()).toContain('.env has the secrets of this installation')
  const example = readFileSync(join(folder, '.env.example'), 'utf8')
  expect(read().replaceAll(/^([A-Z_]+)=[0-9a-f]{48}$/gm, '$1=')).toBe(example)
  const secrets = Object.values(parseEnv(read()))
  expect(new Set(secrets).size).toBe(5)
})

test('only its owner may read it', async () => {
  await makeEnv()
  expect(statSync(join(folder, '.env')).mode & 0o777).toBe(0o600)
})

test('one that is there stays as it is', async () => {
  writeFileSync(join(folder, '.env'), 'AUTH_JWT_SECRET=of somebody\n')
  expect(await makeEnv()).toContain('stays as it is')
  expect(read()).toBe('AUTH_JWT_SECRET=of somebody\n')
})

test('a link to nowhere is not followed', async () => {
  symlinkSync(join(folder, 'elsewhere'), join(folder, '.env'))
  await makeEnv()
  expect(readdirSync(folder)).not.toContain('elsewhere')
})

test('of several at once one makes it, and nothing else is left', async () => {
  const said = await Promise.all(Array.from({ length: 8 }, makeEnv))
  expect(said.filter((text) => text.includes('has the secrets'))).toHaveLength(1)
  expect(Object.values(parseEnv(read())).every((secret) => /^[0-9a-f]{48}$/.test(secret!))).toBe(true)
  expect(readdirSync(folder).toSorted()).toEqual(['.env', '.env.example', 'docker'])
})
