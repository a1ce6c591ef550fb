/**
 * How long a test waits for what comes by the log of events, in milliseconds. What was committed is told when all older
 * transactions of its database have ended, also those of a vacuum.
 */
export const patienceMs = 60_000
