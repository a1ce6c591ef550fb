/** The oldest versions that Ringback runs on. README tells them, too, and a test compares. */
export const oldest = { Node: '24.12', PostgreSQL: '15', Redis: '6.2' } as const

/** Whether `version`, like `15.4 (Debian 15.4-1)`, is the oldest one of `what` or newer. */
export function isRecent(what: keyof typeof oldest, version: string): boolean {
  const [major = 0, minor = 0] = numbersOf(version)
  const [oldestMajor = 0, oldestMinor = 0] = numbersOf(oldest[what])
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)
}

function numbersOf(version: string): number[] {
  return version.split('.').map((part) => Number.parseInt(part, 10))
}
