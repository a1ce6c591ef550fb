import type { Sql } from '../client.ts'

export interface ConnectionCount {
  /** Each part of Ringback has a name of its own; what others are called is nobody's business here. */
  application: string
  state: 'active' | 'idle' | 'in_transaction'
  connections: number
}

/** The connections of Ringback to its database. Only those of the role that asks say what they are at. */
export async function count(sql: Sql): Promise<ConnectionCount[]> {
  return sql<ConnectionCount[]>`
    select application_name as application,
      case when state = 'active' then 'active' when state like 'idle in transaction%' then 'in_transaction' else 'idle' end
        as state,
      count(*)::int as connections
    from pg_stat_activity
    where datname = current_database() and application_name in ('ringback-api', 'ringback-worker', 'ringback-webhooks')
    group by 1, 2`
}
