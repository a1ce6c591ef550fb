import type { Figures } from './reports-data.ts'

/** What a promise that was due came to, from the best; each is drawn in its colour, and named in the tables. */
export const drawnVerdicts = ['kept', 'early', 'late', 'broken'] as const satisfies readonly (keyof Figures)[]
export type DrawnVerdict = (typeof drawnVerdicts)[number]

export const fillOf: Record<DrawnVerdict, string> = {
  kept: 'fill-accent',
  early: 'fill-edge',
  late: 'fill-warn',
  broken: 'fill-late',
}
