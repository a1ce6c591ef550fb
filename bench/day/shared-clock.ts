import { openSync, readSync, writeSync } from 'node:fs'
import { addMilliseconds, type ManualClock } from '@ringback/core'

/**
 * A clock that one process moves and others read, each time they are asked: it is the same time for all of them at once, as by
 * the database's clock. The time stands in the file.
 *
 * @param start where it stands at first, for the one that moves it
 */
export function sharedClock(file: string, start?: Date): ManualClock {
  const place = openSync(file, start ? 'w+' : 'r')
  const time = new Float64Array(1)
  const clock: ManualClock = {
    now() {
      readSync(place, time, 0, time.byteLength, 0)
      return new Date(time[0]!)
    },
    set(now) {
      time[0] = now.getTime()
      writeSync(place, time, 0, time.byteLength, 0)
    },
    advance: (milliseconds) => clock.set(addMilliseconds(clock.now(), milliseconds)),
  }
  if (start) clock.set(start)
  return clock
}
