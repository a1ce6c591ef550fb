import { laneMirror, type Sql } from '@ringback/db'

export interface LaneDifferences {
  /** How many entries were not where their rows say when that was last so; all of them were set right. */
  differences: number
  /** When that was; null when it never was. */
  differedAt: Date | null
  /** When lanes and Postgres were last compared; null when they never were. */
  comparedAt: Date | null
}

/** What the standing comparison of the lanes last found. */
export async function laneDifferences(sql: Sql): Promise<LaneDifferences> {
  const mirror = await laneMirror.get(sql)
  return {
    differences: mirror?.differences ?? 0,
    differedAt: mirror?.differedAt ?? null,
    comparedAt: mirror?.comparedAt ?? null,
  }
}
