import { connect } from '@ringback/db'
import type postgres from 'postgres'

/** To write ten million rows. */
const longestStatementMs = 30 * 60_000

/** Writes the rows of a benchmark, however long that takes, and tells the planner of them. */
export async function seedRows(databaseUrl: string, write: (sql: postgres.Sql) => Promise<void>): Promise<void> {
  const sql = connectToSeed(databaseUrl)
  try {
    await write(sql)
    await sql`vacuum analyze`
  } finally {
    await sql.end()
  }
}

/** One connection whose statements may take as long as they take. */
export function connectToSeed(databaseUrl: string): postgres.Sql {
  return connect(databaseUrl, { max: 1, statementTimeoutMs: longestStatementMs })
}

/**
 * Writes millions of rows into a table, without foreign keys and triggers, and makes the indexes that hold them afterwards: it
 * would take half an hour otherwise. The primary key stays, as ids that ascend fill it from one end.
 */
export async function fillTable(
  sql: postgres.Sql,
  indexes: string[],
  fill: (tx: postgres.TransactionSql) => Promise<unknown>,
): Promise<void> {
  await sql.begin(async (tx) => {
    await tx.unsafe(`set local session_replication_role = replica;
      set local maintenance_work_mem = '512MB'`)
    const definitions = await tx<{ indexdef: string }[]>`
      select indexdef from pg_indexes where indexname = any(${indexes})`
    for (const name of indexes) await tx.unsafe(`drop index ${name}`)
    await fill(tx)
    for (const { indexdef } of definitions) await tx.unsafe(indexdef)
  })
}
