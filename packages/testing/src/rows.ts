import type postgres from 'postgres'

/** Statements that write the rows which these tables hold now, for when they are empty. */
export async function insertsOf(sql: postgres.Sql, tables: string[]): Promise<string[]> {
  const inserts: string[] = []
  for (const name of tables) {
    const [found] = await sql.unsafe<{ rows: string | null }[]>(
      `select quote_literal(jsonb_agg(t)::text) as rows from ${name} t`,
    )
    if (found!.rows === null) continue
    inserts.push(
      `insert into ${name} overriding system value select * from jsonb_populate_recordset(null::${name}, ${found!.rows}::jsonb)`,
    )
  }
  return inserts
}
