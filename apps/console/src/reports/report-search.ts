/** What the address of a report says. Days are as `2026-03-02`, both included. */
export interface ReportSearch {
  from?: string | undefined
  to?: string | undefined
  queue?: string | undefined
  agent?: number | undefined
}

/** Reads an address; what it says that means nothing is left out. */
export function reportSearch({ from, to, queue, agent }: Record<string, unknown>): ReportSearch {
  return {
    from: isDay(from) ? from : undefined,
    to: isDay(to) ? to : undefined,
    queue: typeof queue === 'string' ? queue : undefined,
    agent: Number.isSafeInteger(agent) && Number(agent) > 0 ? Number(agent) : undefined,
  }
}

/** A day that there is: the 30th of February is none. */
function isDay(text: unknown): text is string {
  if (typeof text !== 'string' || !/^20\d\d-\d\d-\d\d$/.test(text)) return false
  const at = new Date(`${text}T00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}
