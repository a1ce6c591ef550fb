import { insertsOf } from '@ringback/testing/rows'
import type { Place } from './place.ts'

/** Everything that a place holds, and the way back to it. */
export interface Kept {
  restore(): Promise<void>
}

const schema = 'pairs_kept'
let count = 0

/**
 * Keeps what Postgres and Redis of a place hold now. To restore it is one round trip each. Rows are deleted and written
 * again, which takes a quarter of the time of truncating, and without a look at foreign keys, which form circles.
 */
export async function keep({ sql, redis }: Pick<Place, 'sql' | 'redis'>): Promise<Kept> {
  const tables = await sql<{ name: string }[]>`
    select quote_ident(tablename) as name from pg_tables where schemaname = 'public' order by tablename`
  const inserts = await insertsOf(
    sql,
    tables.map(({ name }) => name),
  )
  // A function is planned once and not each time.
  const restoreRows = `${schema}.restore_${++count}()`
  const body = [
    "perform set_config('session_replication_role', 'replica', true)",
    ...tables.map(({ name }) => `delete from ${name}`),
    ...inserts,
  ]
  await sql.unsafe(`
    create schema if not exists ${schema};
    create function ${restoreRows} returns void language plpgsql as $restore$ begin ${body.join(';\n')}; end $restore$`)

  const keys = await redis.keysBuffer('*')
  const dumps = await Promise.all(keys.map((key) => redis.dumpBuffer(key)))

  return {
    async restore() {
      const refill = redis.multi().flushdb()
      for (const [index, key] of keys.entries()) refill.restore(key, 0, dumps[index]!)
      await Promise.all([sql.unsafe(`select ${restoreRows}`, [], { prepare: true }), refill.exec()])
    },
  }
}
