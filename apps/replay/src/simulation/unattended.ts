/** Measures for how long agents were logged in and none of them was available. */
export interface UnattendedMeter {
  /** From `at` on, these are the desks of the agents who are logged in. */
  note(at: Date, staff: { isAvailable(): boolean }[]): void
  longestSeconds(): number
}

export function unattendedMeter(): UnattendedMeter {
  let since: Date | undefined
  let longestMs = 0

  return {
    note(at, staff) {
      if (since) longestMs = Math.max(longestMs, at.getTime() - since.getTime())
      const isUnattended = staff.length > 0 && !staff.some((desk) => desk.isAvailable())
      since = isUnattended ? (since ?? at) : undefined
    },
    longestSeconds: () => Math.round(longestMs / 1_000),
  }
}
