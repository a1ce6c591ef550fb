import type { Sql } from '../client.ts'
import type { EngineFact } from '../rows.ts'
import type { EngineFactName } from '../values.ts'

export async function list(sql: Sql): Promise<EngineFact[]> {
  return sql<EngineFact[]>`select * from engine_facts order by name`
}

/** Notes a fact, whatever was noted before. */
export async function note(sql: Sql, name: EngineFactName, value: string, now: Date): Promise<void> {
  await sql`
    insert into engine_facts (name, value, noted_at) values (${name}, ${value}, ${now})
    on conflict (name) do update set value = excluded.value, noted_at = excluded.noted_at`
}

/**
 * Notes a version if it is newer than the one that stands there; true when it was. Whoever decides by the older one (`hold`)
 * is waited for.
 */
export async function raise(sql: Sql, name: EngineFactName, version: string, now: Date): Promise<boolean> {
  const { count } = await sql`
    insert into engine_facts as known (name, value, noted_at) values (${name}, ${version}, ${now})
    on conflict (name) do update set value = excluded.value, noted_at = excluded.noted_at
    where known.value < excluded.value collate "C"`
  return count > 0
}

/** A fact that stays as it is until the transaction ends; empty when nothing is known, which stays so as well. */
export async function hold(sql: Sql, name: EngineFactName, now: Date): Promise<string> {
  await make(sql, name, now)
  const [row] = await sql<EngineFact[]>`select * from engine_facts where name = ${name} for share`
  return row?.value ?? ''
}

/** Locks a fact before it is changed, empty when nothing is known; undefined when somebody else has it. */
export async function tryLock(sql: Sql, name: EngineFactName, now: Date): Promise<string | undefined> {
  await make(sql, name, now)
  const [row] = await sql<EngineFact[]>`
    select * from engine_facts where name = ${name} for no key update skip locked`
  return row?.value
}

/** Notes a fact where nothing is known; whoever decides that nothing shall be (`tryLock`) is waited for. */
export async function begin(sql: Sql, name: EngineFactName, value: string, now: Date): Promise<void> {
  await sql`
    insert into engine_facts as known (name, value, noted_at) values (${name}, ${value}, ${now})
    on conflict (name) do update set value = excluded.value, noted_at = excluded.noted_at where known.value = ''`
}

function make(sql: Sql, name: EngineFactName, now: Date) {
  return sql`
    insert into engine_facts (name, value, noted_at) values (${name}, '', ${now}) on conflict (name) do nothing`
}
