import { connect } from '@ringback/db'
import type postgres from 'postgres'

/** To write ten million rows. */
const longestStatementMs = 30 * 60_000

/** Writes the rows of a benchmark, however long that takes, and tells the planner of them. */
export async function seedRows(databaseUrl: string, write: (sql: postgres.Sql) => Promise<void>): Promise<void> {
  const sql = connect(databaseUrl, { max: 1, statementTimeoutMs: longestStatementMs })
  try {
    await write(sql)
    await sql`vacuum analyze`
  } finally {
    await sql.end()
  }
}
