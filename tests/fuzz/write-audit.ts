import type { TestEngine } from '@ringback/testing'

/**
 * Counts rows written to any table, in the transaction that writes them: what is rolled back was never there. Returns a
 * function that tells how many there have been.
 */
export async function auditWrites({ owner: sql }: TestEngine): Promise<() => Promise<string>> {
  const tables = await sql<{ name: string }[]>`
    select oid::regclass::text as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`
  await sql.unsafe(`
    create table audited_writes (id bigint generated always as identity primary key);
    create function audit_write() returns trigger language plpgsql as $$
      begin insert into audited_writes default values; return null; end $$`)
  for (const { name } of tables) {
    await sql.unsafe(`create trigger audit_write after insert or update or delete on ${name}
      for each row execute function audit_write()`)
  }
  return async () => {
    const [row] = await sql<{ count: string }[]>`select coalesce(max(id), 0) as count from audited_writes`
    return row!.count
  }
}
