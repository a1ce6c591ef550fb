import type { CalendarDocument, PolicyDocument } from '@ringback/client'
import type { QueueType } from './ringback.ts'

/** The demo's own queue: of the other two, which come with Ringback, no policy is stored. */
export const PREMIUM: { readonly queueType: QueueType; readonly name: string } = {
  queueType: 'premium_customers',
  name: 'Premium customers',
}

const ALL_DAY: [string, string][] = [['00:00', '24:00']]

/** The demo runs at any hour, and so does this office. */
export const OFFICE: { readonly id: string; readonly calendar: CalendarDocument } = {
  id: 'demo-office',
  calendar: {
    timeZone: 'Europe/Berlin',
    week: { mon: ALL_DAY, tue: ALL_DAY, wed: ALL_DAY, thu: ALL_DAY, fri: ALL_DAY, sat: ALL_DAY, sun: ALL_DAY },
  },
}

/** Whoever is not reached is called again, soon enough that whoever watches sees it. */
export const PREMIUM_POLICY: PolicyDocument = {
  openingHours: OFFICE.id,
  retries: {
    maxAttempts: 4,
    minutes: { busy: [2, 5, 10], no_answer: [3, 10, 20], voicemail: [10, 30], failed: [1, 5] },
  },
}
