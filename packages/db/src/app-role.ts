import type postgres from 'postgres'

/** The role that API and workers use cannot be given what it needs, or has more than that. */
export class AppRoleError extends Error {
  override readonly name = 'AppRoleError'
}

/**
 * Makes sure that `role` can be the one that API and workers use: that it is there, and is not the owner of the tables,
 * nor able to become it.
 *
 * @throws AppRoleError with what to do
 */
export async function assertAppRole(sql: postgres.Sql, role: string): Promise<void> {
  const [found] = await sql<{ mayAll: boolean }[]>`
    select rolsuper or rolcreaterole or pg_has_role(oid, current_user, 'member') as "mayAll"
    from pg_roles where rolname = ${role}`
  if (!found) {
    throw new AppRoleError(`there is no role ${role}. Make it first: create role "${role}" login password '…'`)
  }
  if (found.mayAll) {
    throw new AppRoleError(
      `the role ${role} may do what the owner of the tables may. Make one of its own for the programs`,
    )
  }
}

/**
 * Gives `role` what API and workers do, and takes from it all else that it has been given in this database: rows of all
 * tables, of today and of later migrations, may be read and written. What is not ours in the schema is left alone.
 *
 * Called by the owner of the tables. For others nothing changes in between.
 */
export async function grantToAppRole(sql: postgres.Sql, role: string): Promise<void> {
  await sql.begin(async (tx) => {
    const to = tx(role)
    const [{ isOurs } = { isOurs: false }] = await tx<{ isOurs: boolean }[]>`
      select pg_has_role(nspowner, 'usage') as "isOurs" from pg_namespace where nspname = 'public'`
    // Databases that were made before version 15 let everybody make tables.
    if (isOurs) await tx`revoke create on schema public from public, ${to}`
    if (isOurs) await tx`grant usage on schema public to ${to}`
    for (const [kind, objects, rights] of await ownObjects(tx)) {
      if (objects.length === 0) continue
      const names = tx.unsafe(objects.join(', '))
      await tx`revoke all on ${tx.unsafe(kind)} ${names} from ${to}`
      await tx`grant ${tx.unsafe(rights)} on ${tx.unsafe(kind)} ${names} to ${to}`
      await tx`alter default privileges in schema public grant ${tx.unsafe(rights)} on ${tx.unsafe(`${kind}s`)} to ${to}`
    }
    // Whether the database is migrated, programs find out for themselves.
    await tx`grant usage on schema drizzle to ${to}`
    await tx`grant select on drizzle.__drizzle_migrations to ${to}`
  })
}

/** What a migration made in the schema, by kind, and what may be done with it. */
async function ownObjects(sql: postgres.TransactionSql): Promise<[kind: string, objects: string[], rights: string][]> {
  const [row] = await sql<Record<'tables' | 'sequences' | 'functions', string[]>[]>`
    select
      array(select oid::regclass::text from pg_class where relnamespace = 'public'::regnamespace
        and relkind in ('r', 'p', 'v') and pg_has_role(relowner, 'usage')) as tables,
      array(select oid::regclass::text from pg_class where relnamespace = 'public'::regnamespace
        and relkind = 'S' and pg_has_role(relowner, 'usage')) as sequences,
      array(select oid::regprocedure::text from pg_proc where pronamespace = 'public'::regnamespace
        and prokind = 'f' and pg_has_role(proowner, 'usage')) as functions`
  return [
    ['table', row!.tables, 'select, insert, update, delete'],
    ['sequence', row!.sequences, 'usage'],
    ['function', row!.functions, 'execute'],
  ]
}

/** Whether the account of a connection owns the tables, and so may do more than its work needs. */
export async function ownsTables(sql: postgres.Sql): Promise<boolean> {
  const [row] = await sql<{ owns: boolean | null }[]>`
    select pg_has_role(relowner, 'usage') as owns from pg_class where oid = to_regclass('public.callbacks')`
  return row?.owns ?? false
}
