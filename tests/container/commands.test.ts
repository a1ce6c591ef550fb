import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkout, readComposeFile } from './compose.ts'

const { services } = readComposeFile()
const pages = ['README.md', 'docs/operations.md', 'docs/hardening.md', 'docker-compose.yml', '.env.example']

/** All that a reader may type: lines of code, and code within a sentence or a comment. */
const commands = pages
  .flatMap(
    (page) => readFileSync(join(checkout, page), 'utf8').match(/docker compose [^`\n:]*|sh docker\/[\w.-]+/g) ?? [],
  )
  .map((command) => command.trim())

/** Options of `docker compose` and its commands that take a value, and what that names. */
const profiles = new Set(Object.values(services).flatMap((service) => service.profiles ?? []))
const valuesOf: Record<string, (value: string) => boolean> = {
  '--profile': (value) => profiles.has(value),
  '--scale': (value) => Object.hasOwn(services, value.split('=')[0]!),
}
const subcommands = new Set([
  'up',
  'down',
  'build',
  'pull',
  'ps',
  'logs',
  'exec',
  'run',
  'stop',
  'start',
  'restart',
  'config',
])

/** What a command names that is not there. */
function missingOf(command: string): string[] {
  const words = command.split(/\s+/)
  const isFile = (path: string) => existsSync(join(checkout, path))
  if (words[0] === 'sh') return words.slice(1).filter((path) => !isFile(path))
  const missing: string[] = []
  const named: string[] = []
  const rest = words.slice(2)
  while (rest.length > 0) {
    const word = rest.shift()!
    const isThere = valuesOf[word]
    if (isThere) missing.push(...[rest.shift() ?? ''].filter((value) => !isThere(value)))
    else if (!word.startsWith('-')) named.push(word)
  }
  const [subcommand = '', service, program, script] = named
  if (!subcommands.has(subcommand)) missing.push(subcommand)
  if (service !== undefined && !Object.hasOwn(services, service)) missing.push(service)
  if (program === 'node' && !isFile(script!)) missing.push(script!)
  return missing
}

test('there are commands to type', () => {
  expect(commands).toContain('docker compose up --build --detach')
  expect(commands).toContain('sh docker/make-env.sh')
})

test.each([...new Set(commands)])('what %s names is there', (command) => {
  expect(missingOf(command)).toEqual([])
})
