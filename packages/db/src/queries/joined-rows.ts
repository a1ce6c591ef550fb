import postgres, { type Row } from 'postgres'

/** The columns of a table, as its rows name them. The compiler wants all of them. */
type Columns<TableRow> = Record<keyof TableRow, true>

/**
 * Several tables in one row: `columns` is the select list, which names every column `alias.column`, and `takeApart`
 * makes one object per table of such a row. A table that an outer join left empty is null: `Joined` says which may be.
 */
export function joined<Joined extends object>(tables: {
  [Alias in keyof Joined & string]: Columns<NonNullable<Joined[Alias]>>
}) {
  const parts = Object.entries(tables).map(([alias, table]) => ({
    alias,
    columns: Object.keys(table as object).map((column) => ({ column, name: `${alias}.${column}` })),
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
    takeApart: (row: Row) => Object.fromEntries(parts.map((part) => [part.alias, objectOf(row, part)])) as Joined,
  }
}
