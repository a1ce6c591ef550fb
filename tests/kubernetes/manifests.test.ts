import { execFileSync } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import process from 'node:process'
import { metrics } from '@ringback/core'
import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler'
import { Job } from 'kubernetes-models/batch/v1/Job'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap'
import { Namespace } from 'kubernetes-models/v1/Namespace'
import { Service } from 'kubernetes-models/v1/Service'
import { describe, expect, onTestFinished, test } from 'vitest'
import { loadConfig as loadApi } from '../../apps/api/src/config.ts'
import { loadConfig as loadWorker } from '../../apps/worker/src/config.ts'
import { readComposeFile } from '../container/compose.ts'
import {
  checkout,
  folder,
  podOf,
  readManifests,
  readYaml,
  selects,
  type Container,
  type Manifest,
} from './manifests.ts'

// There is no cluster where the tests run: this reads the files, and starts nothing.

const models = [
  ConfigMap,
  Deployment,
  HorizontalPodAutoscaler,
  Job,
  Namespace,
  NetworkPolicy,
  PodDisruptionBudget,
  Service,
]
const manifests = readManifests()
const settings = manifests.find(({ kind }) => kind === 'ConfigMap')!
const workloads = manifests.filter(({ kind }) => kind === 'Deployment' || kind === 'Job')
const nameOf = ({ metadata }: Manifest) => metadata.name.replace('ringback-', '')
const workload = (name: string) => workloads.find((each) => nameOf(each) === name)!
const containerOf = (manifest: Manifest) => podOf(manifest).spec.containers[0]!
const ofKind = (kind: string) => manifests.filter((manifest) => manifest.kind === kind)

const secretFiles: Record<string, string> = {
  'ringback/database-url': 'postgres://ringback_app:of-the-programs@db.example.com:5432/ringback',
  'ringback/redis-url': 'rediss://:of-redis@cache.example.com:6379',
  'ringback-owner/database-url': 'postgres://ringback:of-the-owner@db.example.com:5432/ringback',
  'ringback-api/auth-jwt-secret': 'a secret of more than thirty-two characters',
  'ringback-api/admin-password': 'of Bull Board',
}

/** The environment of a container, with its secrets in files here. */
function environmentOf({ env = [], envFrom = [] }: Container): Record<string, string> {
  const place = mkdtempSync(join(tmpdir(), 'ringback-secrets-'))
  onTestFinished(() => rmSync(place, { recursive: true }))
  for (const [file, secret] of Object.entries(secretFiles)) {
    mkdirSync(join(place, file, '..'), { recursive: true })
    writeFileSync(join(place, file), `${secret}\n`)
  }
  const own = env.map(({ name, value = '' }) => [name, value.replace('/run/secrets', place)])
  return { ...(envFrom.length > 0 && settings.data), ...Object.fromEntries(own) }
}

describe('the files', () => {
  test.each(manifests)('describe $kind $metadata.name as the schema of Kubernetes has it', (manifest) => {
    const { apiVersion, kind } = manifest
    const model = models.find((each) => each.apiVersion === apiVersion && each.kind === kind)!
    expect(() => new model(manifest as never).validate()).not.toThrow()
  })

  test('name no field that Kubernetes does not know', () => {
    // The schema lets every other field pass; the types of TypeScript do not.
    mkdirSync(join(checkout, '.ringback'), { recursive: true })
    const place = mkdtempSync(join(checkout, '.ringback/kubernetes-'))
    onTestFinished(() => rmSync(place, { recursive: true }))
    const program = manifests.map((manifest, index) => {
      const { apiVersion, kind } = manifest
      const type = `import('kubernetes-models/${apiVersion}/${kind}').I${kind}`
      return `export const manifest${index}: ${type} = ${JSON.stringify(manifest, null, 2)}\n`
    })
    const file = join(place, 'manifests.ts')
    writeFileSync(file, program.join(''))
    const tsc = join(checkout, 'node_modules/.bin/tsc')
    const check = () =>
      execFileSync(
        tsc,
        ['--noEmit', '--ignoreConfig', '--strict', '--skipLibCheck', '--module', 'nodenext', '--types', '', file],
        { encoding: 'utf8', env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'pipe', 'pipe'] },
      )
    let said = ''
    try {
      check()
    } catch (error) {
      said = (error as { stdout: string }).stdout
    }
    expect(said).toBe('')
  })

  test('are all applied, but for the migration, which comes first', () => {
    const { resources, images } = readYaml('kustomization.yaml') as { resources: string[]; images: { name: string }[] }
    const files = globSync('*.yaml', { cwd: folder }).map((file) => basename(file))
    const apart = new Set(['kustomization.yaml', 'migrate.yaml', 'prometheus-adapter.yaml'])
    expect(resources.toSorted()).toEqual(files.filter((file) => !apart.has(file)).toSorted())
    const used = workloads.map((each) => containerOf(each).image)
    expect(new Set(used)).toEqual(new Set(images.map(({ name }) => name)))
    for (const { kind, metadata } of manifests) {
      expect(metadata.namespace).toBe(kind === 'Namespace' ? undefined : 'ringback')
    }
  })
})

describe('settings', () => {
  test('are known to docker-compose.yml, and with it to .env.example', () => {
    const { services } = readComposeFile()
    const known = new Set(Object.values(services).flatMap(({ environment = {} }) => Object.keys(environment)))
    const named = workloads.flatMap((each) => (containerOf(each).env ?? []).map(({ name }) => name))
    const all = [...named, ...Object.keys(settings.data!)].map((name) => name.replace(/_FILE$/, ''))
    // The file in which a worker beats is one itself.
    expect(all.filter((name) => !known.has(name) && !known.has(`${name}_FILE`))).toEqual([])
  })

  test('are such that API and worker start', () => {
    expect(loadApi(environmentOf(containerOf(workload('api'))))).toMatchObject({
      DATABASE_URL: secretFiles['ringback/database-url'],
      AUTH_JWT_SECRET: secretFiles['ringback-api/auth-jwt-secret'],
      ADMIN_PASSWORD: secretFiles['ringback-api/admin-password'],
      API_HOST: '0.0.0.0',
      METRICS_PORT: 9464,
    })
    expect(loadWorker(environmentOf(containerOf(workload('worker'))))).toMatchObject({
      REDIS_URL: secretFiles['ringback/redis-url'],
      METRICS_HOST: '0.0.0.0',
      WORKER_BEAT_FILE: '/tmp/beat',
    })
  })

  test('hold no secret, and nobody has one that it has no use for', () => {
    for (const each of workloads) {
      const { env = [], envFrom = [] } = containerOf(each)
      expect(env.filter(({ valueFrom }) => valueFrom)).toEqual([])
      expect(envFrom.filter(({ secretRef }) => secretRef)).toEqual([])
    }
    const secretsOf = (name: string) =>
      podOf(workload(name)).spec.volumes.flatMap(({ secret }) => secret?.secretName ?? [])
    expect(secretsOf('api')).toEqual(['ringback-engine', 'ringback-api'])
    expect(secretsOf('worker')).toEqual(['ringback-engine'])
    expect(secretsOf('migrate')).toEqual(['ringback-owner'])
  })
})

describe.each(workloads)('the pods of $metadata.name', (manifest) => {
  const { spec } = podOf(manifest)
  const container = containerOf(manifest)

  test('have no privilege, and write to memory alone', () => {
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    })
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    const writable = new Set(container.volumeMounts.filter(({ readOnly }) => !readOnly).map(({ name }) => name))
    expect(spec.volumes.filter(({ name }) => writable.has(name))).toMatchObject([{ emptyDir: { medium: 'Memory' } }])
    expect(spec.volumes.map(({ name }) => name)).toEqual(container.volumeMounts.map(({ name }) => name))
    expect(container.resources).toMatchObject({ requests: { cpu: expect.any(String) }, limits: { memory: '512Mi' } })
  })

  test('are reached by nobody, and reach nobody, but for what a policy allows', () => {
    const { labels } = podOf(manifest).metadata
    const policies = ofKind('NetworkPolicy').filter((policy) => selects(policy.spec.podSelector, labels))
    const all = policies.filter(({ spec: { ingress, egress } }) => !ingress && !egress)
    expect(all.flatMap((policy) => policy.spec.policyTypes)).toEqual(['Ingress', 'Egress'])
    const portsOf = (direction: 'ingress' | 'egress') =>
      policies.flatMap(({ spec: policy }) =>
        (policy[direction] ?? []).flatMap((rule: { ports: { port: unknown }[] }) => rule.ports.map(({ port }) => port)),
      )
    const isJob = manifest.kind === 'Job'
    expect(portsOf('ingress')).toEqual((container.ports ?? []).map(({ name }) => name))
    expect(new Set(portsOf('egress'))).toEqual(new Set(isJob ? [53, 5432] : [53, 5432, 6379, 443, 4318]))
  })
})

describe.each(ofKind('Deployment'))('the deployment $metadata.name', (manifest) => {
  const { labels } = podOf(manifest).metadata
  const { spec } = podOf(manifest)
  const container = containerOf(manifest)

  test('is replaced one by one, and one is always there', () => {
    expect(manifest.spec.strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 })
    expect(selects(manifest.spec.selector, labels)).toBe(true)
    const budgets = ofKind('PodDisruptionBudget').filter((budget) => selects(budget.spec.selector, labels))
    expect(budgets.map((budget) => budget.spec.maxUnavailable)).toEqual([1])
    const { minReplicas } = ofKind('HorizontalPodAutoscaler').find(
      ({ spec: { scaleTargetRef: target } }) => target.kind === 'Deployment' && target.name === manifest.metadata.name,
    )!.spec
    expect(minReplicas).toBeGreaterThan(1)
    expect(manifest.spec).not.toHaveProperty('replicas') // Each `apply` would set it back.
  })

  test('has the time to end', () => {
    const untilSignal = container.lifecycle?.preStop.sleep.seconds ?? 0
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(untilSignal + 10)
  })
})

describe('probes', () => {
  const probesOf = ({ startupProbe, livenessProbe, readinessProbe }: Container) => [
    startupProbe!,
    livenessProbe!,
    readinessProbe!,
  ]

  test('ask an API where it listens, and start none again because Postgres is away', () => {
    const api = containerOf(workload('api'))
    const paths = probesOf(api).map(({ httpGet }) => httpGet!.path)
    expect(paths).toEqual(['/healthz', '/healthz', '/readyz'])
    const ports = new Map(api.ports!.map(({ name, containerPort }) => [name, containerPort]))
    for (const { httpGet } of probesOf(api)) expect(ports.get(httpGet!.port)).toBe(3000)
  })

  test('look for the beat of a worker, as docker-compose.yml does', () => {
    const [, ...command] = readComposeFile().services['worker']!.healthcheck!.test
    for (const { exec } of probesOf(containerOf(workload('worker')))) expect(exec!.command).toEqual(command)
  })
})

test('the service leads to the APIs', () => {
  const [service] = ofKind('Service')
  const api = workload('api')
  expect(selects({ matchLabels: service!.spec.selector }, podOf(api).metadata.labels)).toBe(true)
  const names = containerOf(api).ports!.map(({ name }) => name)
  expect(names).toContain(service!.spec.ports[0].targetPort)
})

test('there are more workers when metrics say so that are told', () => {
  const { rules } = readYaml('prometheus-adapter.yaml') as {
    rules: { external: { seriesQuery: string; metricsQuery: string; name: { as: string } }[] }
  }
  const asked = ofKind('HorizontalPodAutoscaler').flatMap(({ spec }) =>
    (spec.metrics as { external?: { metric: { name: string } } }[]).flatMap(
      ({ external }) => external?.metric.name ?? [],
    ),
  )
  expect(rules.external.map(({ name }) => name.as)).toEqual(asked)
  const used = rules.external.flatMap(({ seriesQuery, metricsQuery }) =>
    [...`${seriesQuery} ${metricsQuery}`.matchAll(/ringback_\w+/g)].map(([name]) => name.replace(/_bucket$/, '')),
  )
  expect(used.length).toBeGreaterThan(3)
  expect(used.filter((name) => !(name in metrics))).toEqual([])
})
