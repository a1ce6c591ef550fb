import type { Sql } from '../client.ts'
import type { SignInCode } from '../rows.ts'

export async function add(sql: Sql, code: Omit<SignInCode, 'usedAt'>): Promise<void> {
  await sql`insert into sign_in_codes ${sql(code)}`
}

export async function find(sql: Sql, codeHash: string): Promise<SignInCode | undefined> {
  const [row] = await sql<SignInCode[]>`select * from sign_in_codes where code_hash = ${codeHash}`
  return row
}

/** Uses up a code that has not been used; of those who try at the same moment one gets true. */
export async function use(sql: Sql, codeHash: string, now: Date): Promise<boolean> {
  const used = await sql`
    update sign_in_codes set used_at = ${now}
    where code_hash = ${codeHash} and used_at is null and expires_at > ${now}`
  return used.count > 0
}

/** Forgets what expired before `before`. */
export async function prune(sql: Sql, before: Date): Promise<void> {
  await sql`delete from sign_in_codes where expires_at < ${before}`
}
