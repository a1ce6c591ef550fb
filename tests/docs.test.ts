import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { callbackMoves } from '@ringback/db'
import { expect, test } from 'vitest'

const statesPage = readFileSync(join(import.meta.dirname, '../docs/states.md'), 'utf8')

test('the diagram of docs/states.md shows exactly the legal moves of a callback', () => {
  const [diagram] = /```mermaid\n([^`]*)```/.exec(statesPage)!.slice(1)
  const drawn = [...diagram!.matchAll(/^ {2}(\w+) --> (\w+): (\w+)$/gm)].map(
    ([, from, to, move]) => `${from} ${move} ${to}`,
  )
  const legal = Object.entries(callbackMoves).flatMap(([move, { from, to }]) =>
    to === 'before claim'
      ? callbackMoves.claim.from.map((before) => `in_progress ${move} ${before}`)
      : from.map((before) => `${before} ${move} ${to}`),
  )
  expect(drawn.toSorted()).toEqual(legal.toSorted())
})
