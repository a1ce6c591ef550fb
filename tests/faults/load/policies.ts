import { queueTypes } from './crew.ts'
import type { PatientClient } from './patient-client.ts'

/**
 * The customers with hours live in two countries. Those with an even id, in Germany, may be called in even minutes; those
 * with an odd one, in India, in odd minutes: at any moment some may be called, and others may not.
 */
export const countries = [
  { region: 'DE', timeZone: 'Europe/Berlin' },
  { region: 'IN', timeZone: 'Asia/Kolkata' },
] as const

const minuteMs = 60_000
/** As many as a calendar takes on one day: for 48 minutes. After that these customers are not called at all. */
const openMinutes = 24

/** All rules of a queue that a policy has; no promise has to wait for longer than some seconds but for its hours. */
const policy = {
  openingHours: 'always',
  quietHours: Object.fromEntries(countries.map(({ region }) => [region, calendarOf(region)])),
  retries: { maxAttempts: 3, maxPerDay: 10, minutes: { no_answer: [1, 1] } },
  inboundEnds: { outcomes: ['resolved'], withinHours: 1 },
  refusalsBlock: true,
  ownerWaitMinutes: 1,
  escalateAfterMinutes: 1,
  callbackShare: 50,
  ordinaryWhilePromised: 'hold',
}

/** Stores what all who are called later are called by. Processes may take five seconds to know of it. */
export async function storePolicies(supervisor: PatientClient): Promise<void> {
  const allDay = [['00:00', '24:00']]
  const week = Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, allDay]))
  await put(supervisor, '/api/calendars/always', { timeZone: 'Europe/Berlin', week })
  for (const [parity, { region, timeZone }] of countries.entries()) {
    await put(supervisor, `/api/calendars/${calendarOf(region)}`, {
      week: {},
      special: everyOtherMinute(parity, timeZone),
    })
  }
  for (const queueType of queueTypes) await put(supervisor, `/api/policies/${queueType}`, policy)
}

async function put(supervisor: PatientClient, path: string, document: object): Promise<void> {
  const answer = await supervisor.call('PUT', path, document)
  if (answer && answer.status >= 300) throw new Error(`PUT ${path} was answered ${answer.status}`)
}

/** The even minutes from now on, or the odd ones, as the clocks of a zone show them, by date. */
function everyOtherMinute(parity: number, timeZone: string): Record<string, [string, string][]> {
  const now = Math.floor(Date.now() / minuteMs)
  const first = now % 2 === parity ? now : now + 1
  const special: Record<string, [string, string][]> = {}
  for (let minute = first; minute < first + 2 * openMinutes; minute += 2) {
    const [date, from] = onTheWall(minute, timeZone)
    const [, until] = onTheWall(minute + 1, timeZone)
    ;(special[date] ??= []).push([from, until === '00:00' ? '24:00' : until])
  }
  return special
}

/** Date and time of day as a zone's clocks show them. */
function onTheWall(minute: number, timeZone: string): [date: string, time: string] {
  const text = new Date(minute * minuteMs).toLocaleString('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })
  return text.split(' ') as [string, string]
}

function calendarOf(region: string): string {
  return `minutes-${region.toLowerCase()}`
}
