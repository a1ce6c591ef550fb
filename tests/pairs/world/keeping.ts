import type { Place } from './place.ts'

/** Everything that a place holds, and the way back to it. */
export interface Kept {
  restore(): Promise<void>
}

type Row = Record<string, unknown>

/**
 * Keeps what Postgres and Redis of a place hold now. To restore it is one round trip each: rows are deleted and written
 * again without a look at foreign keys, which form circles. Deleting a few rows is several times as fast as truncating.
 */
export async function keep({ sql, redis }: Pick<Place, 'sql' | 'redis'>): Promise<Kept> {
  const tables = await sql<{ name: string }[]>`
    select quote_ident(tablename) as name from pg_tables where schemaname = 'public' order by tablename`
  const statements = ["select set_config('session_replication_role', 'replica', true)"]
  for (const { name } of tables) statements.push(`delete from ${name}`)
  for (const { name } of tables) {
    const [kept] = await sql.unsafe<{ rows: Row[]; text: string }[]>(
      `select coalesce(jsonb_agg(t), '[]') as rows, quote_literal(coalesce(jsonb_agg(t), '[]')::text) as text from ${name} t`,
    )
    if (kept!.rows.length === 0) continue
    statements.push(
      `insert into ${name} overriding system value select * from jsonb_populate_recordset(null::${name}, ${kept!.text}::jsonb)`,
    )
  }
  // Sent together they are one transaction.
  const restoreRows = statements.join(';\n')

  const keys = await redis.keysBuffer('*')
  const dumps = await Promise.all(keys.map((key) => redis.dumpBuffer(key)))

  return {
    async restore() {
      const refill = redis.multi().flushdb()
      for (const [index, key] of keys.entries()) refill.restore(key, 0, dumps[index]!)
      await Promise.all([sql.unsafe(restoreRows), refill.exec()])
    },
  }
}
