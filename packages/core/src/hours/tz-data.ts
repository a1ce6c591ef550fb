import process from 'node:process'
import { momentOfLocalTime } from './wall-clock.ts'

/** What this process knows of time zones. They change by law, several times a year. */
export interface TzData {
  /** Of IANA, like 2026c; a later one is greater, also as text. Empty when Node.js was built without any. */
  version: string
  momentOfLocalTime: typeof momentOfLocalTime
}

/** That of the Node.js which runs us. */
export const tzDataOfProcess: TzData = { version: process.versions.tz ?? '', momentOfLocalTime }
