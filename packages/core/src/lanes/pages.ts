export const pageSize = 5_000

/** Handles page after page; the next one is read in the meantime. Returns how many rows there were. */
export async function throughPages<Row>(
  read: (last: Row | undefined) => Promise<Row[]>,
  handle: (page: Row[]) => Promise<unknown>,
): Promise<number> {
  let count = 0
  for (let page = await read(undefined); page.length > 0;) {
    count += page.length
    const isLast = page.length < pageSize
    const [next] = await Promise.all([isLast ? [] : read(page.at(-1)), handle(page)])
    page = next
  }
  return count
}
