import { getTableColumns, type Table } from 'drizzle-orm'
import postgres from 'postgres'

/** The select list of a joined table: every column of it, named `alias.column`. */
export function columnsOf(alias: string, table: Table): string {
  return Object.keys(getTableColumns(table))
    .map((column) => `${alias}.${postgres.fromCamel(column)} as "${alias}.${column}"`)
    .join(', ')
}

/**
 * Takes a joined row apart into one object per table, by the part of each name before the dot. A table that an outer
 * join left empty is null.
 */
export function takeApart(row: Record<string, unknown>): Record<string, Record<string, unknown> | null> {
  const tables: Record<string, Record<string, unknown> | null> = {}
  for (const [name, value] of Object.entries(row)) {
    const [alias, column] = name.split('.') as [string, string]
    ;(tables[alias] ??= {})[column] = value
  }
  for (const [alias, columns] of Object.entries(tables)) if (columns?.id === null) tables[alias] = null
  return tables
}
