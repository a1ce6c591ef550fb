import { getTableColumns, type Table } from 'drizzle-orm'
import postgres, { type Row } from 'postgres'

/**
 * Several tables in one row: `columns` is the select list, which names every column `alias.column`, and `takeApart`
 * makes one object per table of such a row. A table that an outer join left empty is null.
 */
export function joined(tables: Record<string, Table>) {
  const parts = Object.entries(tables).map(([alias, table]) => ({
    alias,
    columns: Object.keys(getTableColumns(table)).map((column) => ({ column, name: `${alias}.${column}` })),
  }))
  const columns = parts.flatMap(({ alias, columns: own }) =>
    own.map(({ column, name }) => `${alias}.${postgres.fromCamel(column)} as "${name}"`),
  )

  function objectOf(row: Row, { alias, columns: own }: (typeof parts)[number]): Record<string, unknown> | null {
    if (row[`${alias}.id`] === null) return null
    const object: Record<string, unknown> = {}
    for (const { column, name } of own) object[column] = row[name]
    return object
  }

  return {
    columns: columns.join(', '),
    takeApart: (row: Row) => Object.fromEntries(parts.map((part) => [part.alias, objectOf(row, part)])),
  }
}
