import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

export const checkout = join(import.meta.dirname, '../..')

/** What the tests look at of a service; every value is as it stands in the file. */
export interface Service {
  image?: string
  command?: string[]
  user?: string
  profiles?: string[]
  ports?: string[]
  volumes?: string[]
  tmpfs?: string[]
  container_name?: string
  environment?: Record<string, string | null>
  healthcheck?: { test: string[] }
  depends_on?: Record<string, { condition: string }>
  cap_add?: string[]
  cap_drop?: string[]
  security_opt?: string[]
  read_only?: boolean
  mem_limit?: string
  logging?: { driver: string; options: Record<string, string> }
}

export interface ComposeFile {
  services: Record<string, Service>
  volumes: Record<string, unknown>
}

export function readComposeFile(): ComposeFile {
  return parse(readFileSync(join(checkout, 'docker-compose.yml'), 'utf8'), { merge: true }) as ComposeFile
}

const variable = /\$(?:(\$)|\{(\w+)(?::-([^}]*)|:\?([^}]*))?\})/g

/**
 * Puts the values of `env` where the file names them, as compose does: `${A}`, `${A:-default}`, `${A:?why}` and `$$`.
 *
 * @throws what compose says, and starts nothing, when a variable with `:?` has no value
 */
export function interpolate(text: string, env: Record<string, string | undefined>): string {
  return text.replaceAll(variable, (_, dollar?: string, name = '', fallback?: string, why?: string) => {
    if (dollar) return '$'
    if (env[name]) return env[name]
    if (why !== undefined) throw new Error(`required variable ${name} is missing a value: ${why}`)
    return fallback ?? ''
  })
}

/** The environment of a service's container. What has no value in the file is that of `env`, or is not set. */
export function environmentOf(service: Service, env: Record<string, string | undefined>): Record<string, string> {
  const entries = Object.entries(service.environment ?? {})
  const given = entries.map(([name, value]) => [name, value === null ? env[name] : interpolate(value, env)] as const)
  return Object.fromEntries(given.filter((entry): entry is readonly [string, string] => entry[1] !== undefined))
}

/** A command or health check, ready to be run. */
export function commandLine(words: string[], env: Record<string, string | undefined>): string[] {
  const [kind, ...rest] = words.map((word) => interpolate(word, env))
  if (kind === 'CMD-SHELL') return ['sh', '-c', ...rest]
  return kind === 'CMD' ? rest : [kind!, ...rest]
}
