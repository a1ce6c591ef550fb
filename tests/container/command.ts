import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { commands } from '../../scripts/commands.mjs'
import { checkout, readComposeFile } from './compose.ts'
import { parseDockerfile } from './dockerfile.ts'

const { services } = readComposeFile()

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

/** What the image has besides the dependencies. */
const copied = parseDockerfile(readFileSync(join(checkout, 'Dockerfile'), 'utf8'))
  .at(-1)!
  .instructions.filter(({ name, flags }) => name === 'COPY' && !flags['from'])
  .map(({ args }) => args.split(/\s+/)[0]!)

function isInImage(path: string): boolean {
  return copied.some((source) => path === source || path.startsWith(`${source}/`))
}

/** What a line for Docker, or for a script of `docker`, names that is not there. */
export function missingOf(command: string): string[] {
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
  const [subcommand = '', service, program, script = ''] = named
  if (!subcommands.has(subcommand)) missing.push(subcommand)
  if (service !== undefined && !Object.hasOwn(services, service)) missing.push(service)
  if (program === './ringback' && !(isInImage('ringback') && isInImage(commands[script]?.program ?? script))) {
    missing.push(script)
  }
  return missing
}
