import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { loadConfig as loadApiConfig } from '../../apps/api/src/config.ts'
import { loadConfig as loadWorkerConfig } from '../../apps/worker/src/config.ts'
import { checkout, environmentOf, interpolate, readComposeFile } from './compose.ts'

// There is no Docker where the tests run: this reads the file, and starts nothing. What it starts, image.test.ts does.

const { services, volumes } = readComposeFile()
const names = Object.keys(services)
const example = readFileSync(join(checkout, '.env.example'), 'utf8')
/** A `.env` as it is made, but that nobody could guess it from. */
const env = parseEnv(example.replaceAll(/^([A-Z_]+)=$/gm, `$1=${randomBytes(16).toString('hex')}`))

const secrets = ['AUTH_JWT_SECRET', 'ADMIN_PASSWORD', 'POSTGRES_PASSWORD', 'POSTGRES_APP_PASSWORD', 'REDIS_PASSWORD']
const canaries: Record<string, string> = Object.fromEntries(
  secrets.map((name) => [name, `canary-of-${name}-is-so-long`]),
)

describe('the file', () => {
  test('is what the Compose specification allows', () => {
    // As dclint has it, of which nothing else is wanted: it knows no merged keys.
    const dclint = dirname(fileURLToPath(import.meta.resolve('dclint/package.json')))
    const schema = JSON.parse(readFileSync(join(dclint, 'schemas/compose.schema.json'), 'utf8')) as { $schema?: string }
    delete schema.$schema // Its address of draft 7 is none that ajv knows.
    const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true })
    const isValid = ajv.compile(schema)
    isValid(readComposeFile())
    expect(isValid.errors).toBeNull()
  })

  test('has Postgres, Redis, the migration, the API and the workers, and by profile a demo, a proxy and who watches', () => {
    const ofProfile = (profile?: string) => names.filter((name) => services[name]!.profiles?.[0] === profile)
    expect(ofProfile()).toEqual(['postgres', 'redis', 'migrate', 'api', 'worker'])
    expect(ofProfile('demo')).toEqual(['demo'])
    expect(ofProfile('tls')).toEqual(['proxy'])
    expect(ofProfile('observability')).toEqual(['prometheus', 'grafana'])
    expect(Object.keys(volumes)).toEqual(['postgres', 'redis', 'certificates', 'prometheus', 'grafana'])
  })

  test('every service waits for what it needs, and what has to be healthy has a check', () => {
    const needs = names.flatMap((name) => Object.entries(services[name]!.depends_on ?? {}))
    const of = (wanted: string) =>
      new Set(needs.filter(([, { condition }]) => condition === wanted).map(([name]) => name))
    expect([...of('service_healthy')]).toEqual(['postgres', 'redis', 'api'])
    expect([...of('service_completed_successfully')]).toEqual(['migrate'])
    for (const name of ['postgres', 'redis', 'api', 'worker']) expect(services[name]!.healthcheck?.test).toBeDefined()
    expect(Object.keys(services['worker']!.depends_on!)).toEqual(['migrate', 'postgres', 'redis'])
  })

  test('there can be any number of workers', () => {
    expect(services['worker']).not.toHaveProperty('ports')
    expect(services['worker']).not.toHaveProperty('container_name')
  })

  test('the proxy leads to the port of the API, under the name that .env gives it', () => {
    const caddyfile = readFileSync(join(checkout, 'docker/Caddyfile'), 'utf8')
    expect(caddyfile).toContain(`reverse_proxy api:${services['api']!.environment!['API_PORT']}`)
    expect(caddyfile).toContain('{$RINGBACK_DOMAIN:localhost} {')
    expect(services['proxy']!.volumes).toContain('./docker/Caddyfile:/etc/caddy/Caddyfile:ro')
  })

  test('nothing but the proxy can be reached from another machine', () => {
    const published = names
      .flatMap((name) => (services[name]!.ports ?? []).map((port) => `${name} ${interpolate(port, env)}`))
      .filter((port) => !port.includes(' 127.0.0.1:'))
    expect(published).toEqual(['proxy 80:80', 'proxy 443:443', 'proxy 443:443/udp'])
  })
})

describe('what is watched', () => {
  const prometheus = parse(readFileSync(join(checkout, 'ops/prometheus/prometheus.yml'), 'utf8')) as {
    scrape_configs: { dns_sd_configs: { names: string[]; port: number }[] }[]
  }

  test('are API and workers, where they tell their metrics', () => {
    const watched = prometheus.scrape_configs.flatMap(({ dns_sd_configs: found }) => found)
    expect(watched.map(({ names: [name], port }) => `${name}:${port}`)).toEqual(['api:9464', 'worker:9464'])
    for (const name of ['api', 'worker']) {
      expect(services[name]!.environment).toMatchObject({ METRICS_HOST: '0.0.0.0', METRICS_PORT: '9464' })
    }
  })

  test('every file that is mounted is there', () => {
    const mounted = names.flatMap((name) => services[name]!.volumes ?? []).filter((volume) => volume.startsWith('./'))
    expect(mounted.filter((volume) => !existsSync(join(checkout, volume.split(':')[0]!)))).toEqual([])
  })
})

describe.each(names)('the container of %s', (name) => {
  const service = services[name]!

  test('has no privilege, not even to gain one', () => {
    expect(service.cap_drop).toEqual(['ALL'])
    expect(service.cap_add ?? []).toEqual(name === 'proxy' ? ['NET_BIND_SERVICE'] : [])
    expect(service.security_opt).toEqual(['no-new-privileges:true'])
    // Our own image says so itself. Caddy is root, without what makes root one.
    const user = name === 'postgres' || name === 'redis' ? name : undefined
    expect(service.user).toBe(user)
  })

  test('writes to volumes and memory alone', () => {
    expect(service.read_only).toBe(true)
    expect(service.tmpfs).toContain('/tmp')
    const writable = (service.volumes ?? []).filter((volume) => !volume.endsWith(':ro'))
    expect(writable.map((volume) => volume.split(':')[0]!).filter((volume) => !(volume in volumes))).toEqual([])
  })

  test('fills neither memory nor disk', () => {
    expect(service.mem_limit).toMatch(/^\d+[mg]$/)
    expect(service.logging).toEqual({ driver: 'json-file', options: { 'max-size': '10m', 'max-file': '5' } })
  })

  test('is not started without secrets, and compose says how to make them', () => {
    const secretsOf = Object.entries(service.environment ?? {}).filter(([, value]) => value?.includes(':?'))
    expect(secretsOf.length > 0).toBe(!['proxy', 'prometheus', 'grafana'].includes(name))
    for (const [variable, value] of secretsOf) {
      const start = () => environmentOf({ environment: { [variable]: value } }, {})
      expect(start).toThrow(
        /^required variable \w+ is missing a value: make the file \.env first, with sh docker\/make-env\.sh$/,
      )
    }
    expect(() => environmentOf(service, env)).not.toThrow()
  })

  test('knows no secret that it has no use for', () => {
    const known = Object.values(environmentOf(service, { ...env, ...canaries })).join(' ')
    const found = secrets.filter((secret) => known.includes(canaries[secret]!))
    const needed: Record<string, string[]> = {
      postgres: ['POSTGRES_PASSWORD', 'POSTGRES_APP_PASSWORD'],
      redis: ['REDIS_PASSWORD'],
      migrate: ['POSTGRES_PASSWORD'],
      worker: ['POSTGRES_APP_PASSWORD', 'REDIS_PASSWORD'],
      api: ['POSTGRES_APP_PASSWORD', 'REDIS_PASSWORD', 'AUTH_JWT_SECRET', 'ADMIN_PASSWORD'],
      demo: ['AUTH_JWT_SECRET'],
      proxy: [],
      prometheus: [],
      grafana: [],
    }
    expect(found.toSorted()).toEqual(needed[name]!.toSorted())
  })
})

describe('.env.example', () => {
  const proposed = Object.fromEntries(
    [...example.matchAll(/^#([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  )

  test('asks for the secrets alone', () => {
    expect([...example.matchAll(/^([A-Z_]+)=$/gm)].map(([, name]) => name)).toEqual(secrets)
  })

  test('names every variable of the compose file', () => {
    const file = readFileSync(join(checkout, 'docker-compose.yml'), 'utf8')
    const used = new Set([...file.matchAll(/(?<!\$)\$\{(\w+)/g)].map(([, name]) => name!))
    const passedOn = names.flatMap((name) => Object.entries(services[name]!.environment ?? {}))
    for (const [name, value] of passedOn) if (value === null) used.add(name)
    expect([...Object.keys(proposed), ...secrets].toSorted()).toEqual([...used].toSorted())
  })

  test('has every setting of API and worker, with its default', () => {
    const api = loadApiConfig(environmentOf(services['api']!, env)) as Record<string, unknown>
    const worker = loadWorkerConfig(environmentOf(services['worker']!, env)) as Record<string, unknown>
    const madeHere = new Set([
      'DATABASE_URL',
      'REDIS_URL',
      'API_HOST',
      'API_PORT',
      'METRICS_HOST',
      'METRICS_PORT',
      'WORKER_BEAT_FILE',
      ...secrets,
    ])
    const settings = Object.entries({ ...api, ...worker }).filter(([name]) => !madeHere.has(name))
    const defaults = Object.fromEntries(settings.map(([name, value]) => [name, String(value)]))
    // Those of compose alone, and those that have no default.
    expect(proposed).toEqual({
      ...defaults,
      API_PUBLISH: '127.0.0.1:3000',
      RINGBACK_DOMAIN: 'localhost',
      API_TRUSTED_PROXIES: '',
      AUTH_AUDIENCE: '',
      AUTH_ISSUER: '',
      AUTH_JWKS_URL: '',
      AUTH_OIDC_CLIENT_ID: '',
      AUTH_OIDC_CLIENT_SECRET: '',
      AUTH_OIDC_ISSUER: '',
      AUTH_OIDC_PARAMETERS: '',
      DATABASE_READ_URL: '',
      DEFAULT_COUNTRY: '',
      OTEL_EXPORTER_OTLP_ENDPOINT: '',
      OTEL_EXPORTER_OTLP_HEADERS: '',
      RATE_LIMIT_SERVICE_PER_MINUTE: '',
      PUBLIC_URL: '',
      TWILIO_AUTH_TOKEN: '',
    })
  })

  test('a setting of .env reaches whoever reads it', () => {
    const changed = { ...env, WORKER_CONCURRENCY: '7', RATE_LIMIT_PER_MINUTE: '8', RETENTION_DAYS: '99' }
    expect(loadWorkerConfig(environmentOf(services['worker']!, changed))).toMatchObject({
      WORKER_CONCURRENCY: 7,
      RETENTION_DAYS: 99,
    })
    expect(loadApiConfig(environmentOf(services['api']!, changed))).toMatchObject({ RATE_LIMIT_PER_MINUTE: 8 })
  })
})
