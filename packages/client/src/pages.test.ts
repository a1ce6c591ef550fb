import { expect, test } from 'vitest'
import { Pages } from './pages.ts'

/** Three pages, the middle one empty, and the cursors that were asked for. */
function threePages() {
  const asked: (string | undefined)[] = []
  const bodies: Record<string, { items: number[]; nextCursor: string | null }> = {
    first: { items: [1, 2], nextCursor: 'a' },
    a: { items: [], nextCursor: 'b' },
    b: { items: [3], nextCursor: null },
  }
  const pages = new Pages<number, { items: number[]; nextCursor: string | null }>(async ({ cursor }) => {
    asked.push(cursor)
    return bodies[cursor ?? 'first']!
  }, 'items')
  return { pages, asked }
}

test('every item of every page comes, and the same again for whoever begins again', async () => {
  const { pages, asked } = threePages()
  expect(asked).toEqual([])
  expect(await Array.fromAsync(pages)).toEqual([1, 2, 3])
  expect(await Array.fromAsync(pages)).toEqual([1, 2, 3])
  expect(asked).toEqual([undefined, 'a', 'b', undefined, 'a', 'b'])
})

test('a page is asked for when the one before is done', async () => {
  const { pages, asked } = threePages()
  for await (const item of pages) if (item === 2) break
  expect(asked).toEqual([undefined])
})

test('page by page', async () => {
  const { pages } = threePages()
  expect((await Array.fromAsync(pages.byPage())).map(({ items }) => items)).toEqual([[1, 2], [], [3]])
  expect(await pages.first()).toEqual({ items: [1, 2], nextCursor: 'a' })
})
