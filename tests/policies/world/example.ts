import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The worked example of a section of docs/policies.md: what it says is stored, and a table of what happens then. */
export interface Example {
  section: string
  /** The blocks of JSON in the section, in order. */
  documents: unknown[]
  /** The heads of the table that follows `**Example.**`; none when the section has no example. */
  heads: string[]
  /** The rows of that table, by these heads. */
  table: <const Heads extends readonly string[]>(...heads: Heads) => { [Head in keyof Heads]: string }[]
}

const page = readFileSync(join(import.meta.dirname, '../../../docs/policies.md'), 'utf8')

export const examples: Example[] = page
  .split(/^## /m)
  .slice(1)
  .map((text) => {
    const section = text.slice(0, text.indexOf('\n'))
    const documents = [...text.matchAll(/^```json\n([^]*?)^```$/gm)].map(([, json]): unknown => JSON.parse(json!))
    const [, example = ''] = text.split('**Example.**')
    const [heads = [], , ...rows] = [...example.matchAll(/^\|(.*)\|$/gm)].map(([, row]) => row!.split('|').map(plain))
    return {
      section,
      documents,
      heads,
      table: <const Heads extends readonly string[]>(...wanted: Heads) => {
        if (wanted.join() !== heads.join()) throw new Error(`The table of "${section}" has the columns ${heads.join()}`)
        return rows as { [Head in keyof Heads]: string }[]
      },
    }
  })

/** A cell without the marks of code and emphasis. */
function plain(cell: string): string {
  return cell.replaceAll(/[`*]/g, '').trim()
}

/** Runs an example on the engine, and expects what its table says. */
export type Run = (example: Example) => Promise<void>

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** `Fri 10:05` in UTC of the week in which the examples are, which begins on 2 March 2026; without a day, on Monday. */
export function momentOf(text: string): Date {
  const found = /^(?:(next )?([A-Z][a-z]{2}) )?(\d\d):(\d\d)$/.exec(text)
  if (!found) throw new Error(`${text} is no time of an example`)
  const [, next, day = 'Mon', hour, minute] = found
  return new Date(Date.UTC(2026, 2, 2 + days.indexOf(day) + (next ? 7 : 0), Number(hour), Number(minute)))
}

/** What one of these patterns finds in a cell, by its place; every cell must be understood. */
export function read(cell: string, pattern: RegExp): (string | undefined)[] {
  const found = pattern.exec(cell)
  if (!found) throw new Error(`An example says "${cell}", which its test does not understand`)
  return found.slice(1)
}
