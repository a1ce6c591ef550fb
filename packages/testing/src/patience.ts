/**
 * How long a test waits for what comes by the log of events, in milliseconds. What was committed is told when all older
 * transactions of the server have ended, of other databases too: another test that makes or drops its own one has a
 * transaction open until the disk has taken it all.
 */
export const patienceMs = 120_000
