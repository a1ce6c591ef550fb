import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'

export const checkout = join(import.meta.dirname, '../..')
export const folder = join(checkout, 'ops/kubernetes')

/** What the tests look at of a pod and of what makes one. */
interface PodSpec {
  automountServiceAccountToken?: boolean
  enableServiceLinks?: boolean
  terminationGracePeriodSeconds?: number
  securityContext: Record<string, unknown>
  containers: Container[]
  volumes: { name: string; secret?: { secretName: string; defaultMode: number }; emptyDir?: { medium: string } }[]
}

export interface Container {
  name: string
  image: string
  args: string[]
  env?: { name: string; value?: string; valueFrom?: object }[]
  envFrom?: { configMapRef?: { name: string }; secretRef?: object }[]
  ports?: { name: string; containerPort: number }[]
  securityContext: Record<string, unknown>
  resources: { requests?: Record<string, string>; limits?: Record<string, string> }
  volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[]
  startupProbe?: Probe
  livenessProbe?: Probe
  readinessProbe?: Probe
  lifecycle?: { preStop: { sleep: { seconds: number } } }
}

export interface Probe {
  httpGet?: { path: string; port: string }
  exec?: { command: string[] }
}

type Labels = Record<string, string>

export interface Manifest {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string; labels?: Labels }
  /** Of a ConfigMap. */
  data?: Record<string, string>
  // oxlint-disable-next-line typescript/no-explicit-any -- Of every kind.
  spec: any
}

const notOfKubernetes = new Set(['kustomization.yaml', 'prometheus-adapter.yaml'])

/** Every object that is described in `ops/kubernetes`. */
export function readManifests(): Manifest[] {
  return globSync('*.yaml', { cwd: folder })
    .filter((file) => !notOfKubernetes.has(file))
    .toSorted()
    .flatMap((file) =>
      parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((document) => {
        if (document.errors.length > 0) throw document.errors[0]!
        return document.toJS() as Manifest
      }),
    )
}

export function readYaml(file: string): unknown {
  return parse(readFileSync(join(folder, file), 'utf8'))
}

/** The pods of a deployment or a job. */
export function podOf({ spec }: Manifest): { metadata: { labels: Labels }; spec: PodSpec } {
  return spec.template as ReturnType<typeof podOf>
}

/** Whether a selector means who has these labels. */
export function selects(selector: { matchLabels?: Labels; matchExpressions?: Expression[] }, labels: Labels): boolean {
  const isEqual = ([key, value]: [string, string]) => labels[key] === value
  const isIn = ({ key, values }: Expression) => values.includes(labels[key] ?? '')
  return Object.entries(selector.matchLabels ?? {}).every(isEqual) && (selector.matchExpressions ?? []).every(isIn)
}

interface Expression {
  key: string
  operator: 'In'
  values: string[]
}
