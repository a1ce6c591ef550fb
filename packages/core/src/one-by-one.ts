import { isDatabaseAway } from '@ringback/db'

/**
 * Does `work` for each item, one after the other: one that fails keeps none of the others from theirs. What failed is
 * thrown when all are done, or at once when Postgres is away, since then all would fail.
 */
export async function oneByOne<T>(items: Iterable<T>, work: (item: T) => Promise<unknown>): Promise<void> {
  const failures: unknown[] = []
  for (const item of items) {
    try {
      await work(item)
    } catch (error) {
      if (isDatabaseAway(error)) throw error
      failures.push(error)
    }
  }
  if (failures.length === 1) throw failures[0]
  if (failures.length > 1) throw new AggregateError(failures, `${failures.length} failed`)
}
