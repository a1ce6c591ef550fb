import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { eventDescriptions } from '@ringback/core'
import { callbackMoves } from '@ringback/db'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const statesPage = readFileSync(join(root, 'docs/states.md'), 'utf8')

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

test('docs/events.md lists every type of event, and no other', () => {
  const page = readFileSync(join(root, 'docs/events.md'), 'utf8')
  const listed = [...page.matchAll(/^\| `([a-z_]+\.[a-z_]+)` +\| (.*?) +\|$/gm)].map(([, type, what]) => [type, what])
  expect(listed).toEqual(Object.entries(eventDescriptions))
})

test('every patch of a library has a page that says why, and how to get rid of it', () => {
  const pages = globSync('docs/decisions/*.md', { cwd: root }).map((page) => readFileSync(join(root, page), 'utf8'))
  const explained = (patch: string) =>
    pages.some((page) => page.includes(`patches/${patch}`) && page.includes('**The way out.**'))
  expect(readdirSync(join(root, 'patches')).filter((patch) => !explained(patch))).toEqual([])
})

test('every link from one document to another leads somewhere', () => {
  const documents = globSync(['*.md', 'docs/**/*.md', 'bench/*.md'], { cwd: root })
  const broken = documents.flatMap((document) => {
    const text = readFileSync(join(root, document), 'utf8')
    const targets = [...text.matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#[^)]*)?\)/g)].map(([, target]) => target!)
    const isBroken = (target: string) => target !== '' && !existsSync(join(root, dirname(document), target))
    return targets.filter(isBroken).map((target) => `${document}: ${target}`)
  })
  expect(broken).toEqual([])
})

test('every link to a section of a document leads to one', () => {
  const documents = globSync(['*.md', 'docs/**/*.md', 'bench/*.md'], { cwd: root })
  const read = (document: string) => readFileSync(join(root, document), 'utf8')
  const broken = documents.flatMap((document) => {
    const targets = [...read(document).matchAll(/\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)/g)]
    const isBroken = ([, file, section]: RegExpExecArray) =>
      !sectionsOf(read(file ? join(dirname(document), file) : document)).includes(section!)
    return targets.filter(isBroken).map(([link]) => `${document}: ${link}`)
  })
  expect(broken).toEqual([])
})

/** The headings of a document, as links name them. */
function sectionsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
