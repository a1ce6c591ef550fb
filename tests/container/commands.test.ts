import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { missingOf } from './command.ts'
import { checkout } from './compose.ts'

const pages = ['README.md', 'docs/operations.md', 'docs/hardening.md', 'docker-compose.yml', '.env.example']

/** All that a reader may type: lines of code, and code within a sentence or a comment. */
const commands = pages
  .flatMap(
    (page) => readFileSync(join(checkout, page), 'utf8').match(/docker compose [^`\n:]*|sh docker\/[\w.-]+/g) ?? [],
  )
  .map((command) => command.trim())

test('there are commands to type', () => {
  expect(commands).toContain('docker compose up --build --detach')
  expect(commands).toContain('sh docker/make-env.sh')
})

test.each([...new Set(commands)])('what %s names is there', (command) => {
  expect(missingOf(command)).toEqual([])
})
