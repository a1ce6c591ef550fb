import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Fault } from '../fault.ts'

const preload = join(import.meta.dirname, '../preloads/shift-clock.ts')
const tenMinutesMs = 600_000
const timeZones = ['America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Pacific/Chatham', 'UTC']

export const clockFaults: Record<string, Fault> = {
  'clocks are ten minutes off, and time zones differ': {
    async inject({ apps }, { random, lastsMs }) {
      await Promise.all(apps.map((app) => app.stop()))
      const shiftOf = (index: number) => String([tenMinutesMs, -tenMinutesMs, 0][(index + random.below(3)) % 3])
      await Promise.all(
        apps.map((app, index) =>
          app.start({
            NODE_OPTIONS: `--import ${preload}`,
            CLOCK_SHIFT_MS: shiftOf(index),
            TZ: random.pick(timeZones),
          }),
        ),
      )
      await pause(2 * lastsMs)
      await Promise.all(apps.map((app) => app.stop()))
      await Promise.all(apps.map((app) => app.start()))
    },
    recoversWithin: 60,
  },
}
