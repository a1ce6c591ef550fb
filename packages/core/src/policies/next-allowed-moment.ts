/** The first moment at or after `at` at which the customer may be called; null when there is none. Every moment is one. */
export function nextAllowedMoment(at: Date): Date | null {
  return at
}
