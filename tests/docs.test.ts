import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { transitions } from '@ringback/core'
import { expect, test } from 'vitest'

const statesPage = readFileSync(join(import.meta.dirname, '../docs/states.md'), 'utf8')

test('the diagram of docs/states.md shows exactly the legal moves of a callback', () => {
  const [diagram] = /```mermaid\n([^`]*)```/.exec(statesPage)!.slice(1)
  const drawn = [...diagram!.matchAll(/^ {2}(\w+) --> (\w+): (\w+)$/gm)].map(
    ([, from, to, move]) => `${from} ${move} ${to}`,
  )
  const legal = Object.entries(transitions).flatMap(([move, { from, to }]) =>
    to === 'before claim'
      ? transitions.claim.from.map((before) => `in_progress ${move} ${before}`)
      : from.map((before) => `${before} ${move} ${to}`),
  )
  expect(drawn.toSorted()).toEqual(legal.toSorted())
})
