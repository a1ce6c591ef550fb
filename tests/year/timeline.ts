/** What is to happen, by time; of what happens at the same moment the first that was planned comes first. */
export interface Timeline {
  plan(at: number, happens: () => Promise<unknown>): void
  next(): number | undefined
  take(): () => Promise<unknown>
}

export function timeline(): Timeline {
  const events: { at: number; happens: () => Promise<unknown> }[] = []
  return {
    plan(at, happens) {
      const place = events.findLastIndex((event) => event.at <= at)
      events.splice(place + 1, 0, { at, happens })
    },
    next: () => events[0]?.at,
    take: () => events.shift()!.happens,
  }
}
