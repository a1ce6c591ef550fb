import { createHash } from 'node:crypto'

const seed = 'ringback replay'

/**
 * How long an agent talks to the customer of the nth promise: one of the day's service times. It depends on the day
 * and the promise alone, not on what else happens, so that two replays differ in nothing that they need not differ in.
 */
export function drawTalkSeconds(day: string, promiseNumber: number, serviceSeconds: number[]): number {
  if (serviceSeconds.length === 0) throw new RangeError(`nobody was served on ${day}`)
  const hash = createHash('sha256').update(`${seed} ${day} ${promiseNumber}`).digest()
  return serviceSeconds[hash.readUInt32BE() % serviceSeconds.length]!
}
