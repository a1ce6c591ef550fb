import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

// There may be no Docker where the tests run: this reads the file, and starts nothing.
type Service = {
  command?: string | string[]
  ports?: string[]
  container_name?: string
  environment?: Record<string, string>
  healthcheck?: { test: string[] }
  depends_on?: Record<string, { condition: string }>
}

const root = join(import.meta.dirname, '../..')
const { services, volumes } = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  services: Record<string, Service>
  volumes: Record<string, unknown>
}

test('it is Postgres, Redis, the migration, the API and the workers', () => {
  expect(Object.keys(services).toSorted()).toEqual(['api', 'migrate', 'postgres', 'redis', 'worker'])
  expect(Object.keys(volumes)).toEqual(['postgres', 'redis'])
})

test('every service waits for what it needs, and what has to be healthy has a check', () => {
  const needs = Object.values(services).flatMap(({ depends_on: needed = {} }) => Object.entries(needed))
  const of = (wanted: string) =>
    new Set(needs.filter(([, { condition }]) => condition === wanted).map(([name]) => name))
  expect([...of('service_healthy')]).toEqual(['postgres', 'redis'])
  expect([...of('service_completed_successfully')]).toEqual(['migrate'])
  for (const name of of('service_healthy')) expect(services[name]?.healthcheck?.test[0]).toBe('CMD')
  expect(Object.keys(services['worker']?.depends_on ?? {})).toEqual(['migrate', 'postgres', 'redis'])
})

test('there can be any number of workers', () => {
  expect(services['worker']).not.toHaveProperty('ports')
  expect(services['worker']).not.toHaveProperty('container_name')
})

test('Redis never evicts and keeps what it is told', () => {
  expect(services['redis']?.command).toMatch(/--maxmemory-policy noeviction.*--appendonly yes/)
})

test('no secret has a default', () => {
  for (const name of ['migrate', 'api', 'worker']) {
    const environment = services[name]?.environment ?? {}
    expect(environment['ADMIN_PASSWORD']).toMatch(/^\$\{\w+:\?[^}]+\}$/)
    // There need be none beside a key set; the API says so when it has neither.
    expect(environment['AUTH_JWT_SECRET']).toBe('${AUTH_JWT_SECRET:-}')
    expect(environment['DATABASE_URL']).toContain('${POSTGRES_PASSWORD:?')
  }
})

test('every program that is started exists, in the image too', () => {
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')
  for (const name of ['migrate', 'api', 'worker']) {
    const script = services[name]?.command?.[1] ?? ''
    expect(readFileSync(join(root, script), 'utf8')).not.toBe('')
    expect(dockerfile).toContain(`COPY ${script.split('/').slice(0, 2).join('/')} `)
  }
})
