/** What clocks of a zone show: `2026-03-02T16:40`. */
export type LocalTime = string

const fields = new Map<string, Intl.DateTimeFormat>()

/** What the clocks of `zone` show at a moment. */
export function localTimeAt(at: number | string | Date, zone: string): LocalTime {
  const format =
    fields.get(zone) ??
    new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    })
  fields.set(zone, format)
  const part = Object.fromEntries(format.formatToParts(new Date(at)).map(({ type, value }) => [type, value]))
  return `${part['year']}-${part['month']}-${part['day']}T${part['hour']}:${part['minute']}`
}

/**
 * The moment at which the clocks of `zone` show a time: the first of two; where clocks skip it, as much later as they are moved.
 */
export function momentOf(local: LocalTime, zone: string): Date {
  const wanted = Date.parse(`${local}Z`)
  const offsetAt = (ms: number) => Date.parse(`${localTimeAt(ms, zone)}Z`) - Math.floor(ms / 60_000) * 60_000
  const dayMs = 24 * 60 * 60_000
  const [before, after] = [offsetAt(wanted - dayMs), offsetAt(wanted + dayMs)]
  const candidates = [wanted - before, wanted - after].filter((ms) => localTimeAt(ms, zone) === local)
  return new Date(candidates.length > 0 ? Math.min(...candidates) : wanted - before)
}
