import {
  DomainError,
  getCallingWindow,
  lawCalendars,
  localTime as localTimeSchema,
  momentOfLocalTime,
  putCalendar,
  putUser,
  scheduleCallback,
  zonesOf,
  type CalendarDocument,
} from '@ringback/core'
import { expect } from 'vitest'
import { problemCatalogue } from '../../apps/api/src/problems/catalogue.ts'
import { openCentre, queueType } from './world/centre.ts'
import { momentOf, read, type Run } from './world/example.ts'

/** When a customer may be called. */
export const hours: Record<string, Run> = {
  async Calendars({ documents, table }) {
    await using centre = await openCentre()
    const { deps } = centre
    const document = documents[0] as CalendarDocument
    await putCalendar(deps, { id: 'support', document })
    await centre.store({ openingHours: 'support' })
    for (const [local, , state] of table('in Berlin', 'a', 'is')) {
      const { at } = momentOfLocalTime(local.replace(' ', 'T'), document.timeZone!)
      const { allowedNow } = await getCallingWindow(deps, { queueType, at })
      expect([local, allowedNow ? 'open' : 'closed']).toEqual([local, state])
    }
  },

  async 'Calendars that come with Ringback'({ table }) {
    await using centre = await openCentre()
    const rows = table('calendar', 'on Wednesdays', 'on Saturdays', 'on Sundays')
    expect(rows.map(([id]) => id).toSorted()).toEqual(lawCalendars.map(({ id }) => id).toSorted())
    for (const [id, ...stretches] of rows) {
      await centre.store({ quietHours: { '*': id } })
      const days = ['Wed', 'Sat', 'Sun']
      for (const [place, day] of days.entries()) expect(await openOn(day)).toBe(stretches[place])
    }

    /** What of a day a customer in UTC may be called. */
    async function openOn(day: string): Promise<string> {
      const stretches: string[] = []
      const end = new Date(momentOf(`${day} 00:00`).getTime() + 24 * 60 * 60_000)
      for (let at: Date | null = momentOf(`${day} 00:00`); at;) {
        const { from, until } = await getCallingWindow(centre.deps, { queueType, at })
        if (!from || !until || from >= end) break
        stretches.push(`${timeOf(from)}–${timeOf(until)}`)
        at = until
      }
      return stretches.join(', ') || 'closed'
    }
  },

  async 'Calling hours'({ documents, table }) {
    await using centre = await openCentre()
    const { deps } = centre
    await putCalendar(deps, { id: 'support', document: documents[1] as CalendarDocument })
    await centre.store(documents[0])
    for (const [to, asked, answer] of table('a customer', 'is promised', 'and that is')) {
      const [region, timeZone] = read(to, /^of (\S+), in (\S+)$/)
      const userId = await centre.addUser()
      await putUser(deps, { userId, name: 'Customer', region, timeZone })
      const [at, uncalledUntil] = read(asked, /^(.+?\d\d:\d\d)(?:, and not called by (.+))?$/)
      const made = await scheduleCallback(deps, { userId, scheduledFor: momentOf(at!) }).catch(
        (error: unknown) => error,
      )
      if (made instanceof DomainError) {
        const { status } = problemCatalogue[made.code]
        const { nextAllowedAt } = made as { nextAllowedAt?: Date }
        const [code, next] = read(answer, /^(\d+ [a-z-]+), next (?:at|on) (.+)$/)
        expect([`${status} ${made.code}`, nextAllowedAt]).toEqual([code, momentOf(next!)])
        continue
      }
      const { id } = made as { id: string }
      if (!uncalledUntil) {
        expect(answer).toBe('201')
        continue
      }
      await centre.passTo(uncalledUntil)
      const [due] = read(answer, /^201, then due (.+)$/)
      expect(await centre.callback(id)).toMatchObject({ scheduledFor: momentOf(due!), promisedFor: momentOf(at!) })
    }
  },

  async 'Where a customer is'({ table }) {
    await using centre = await openCentre()
    const { deps } = centre
    const document = { timeZone: 'Europe/Berlin', week: { mon: [['08:00', '20:00']] } } as CalendarDocument
    await putCalendar(deps, { id: 'support', document })
    await centre.store({ openingHours: 'support', quietHours: { '*': 'law:us' } })
    const rows = table('timeZone', 'region', 'phone', 'zones', 'zoneSource')
    for (const [timeZone, region, phone, zones, zoneSource] of rows) {
      const userId = await centre.addUser()
      const where = { timeZone: timeZone || null, region: region || null, phone: phone || null }
      const { user } = await putUser(deps, { userId, name: 'Customer', ...where })
      const window = await getCallingWindow(deps, { queueType, userId })
      expect([window.zones.join(', '), zonesOf(user).zoneSource]).toEqual([zones, zoneSource])
    }
  },

  async 'A time by the clock on the wall'({ documents, table }) {
    await using centre = await openCentre()
    const { deps } = centre
    const asked = documents[0] as { localTime: string; timeZone: string }
    const rows = table('localTime', 'timeZone', 'scheduledFor', 'timeAdjusted')
    expect(rows[0]!.slice(0, 2)).toEqual([asked.localTime, asked.timeZone])
    for (const [localTime, timeZone, scheduledFor, timeAdjusted] of rows) {
      const userId = await centre.addUser()
      const made = await scheduleCallback(deps, { userId, localTime: localTimeSchema.parse(localTime), timeZone })
      expect(made).toMatchObject({ scheduledFor: new Date(scheduledFor), timeAdjusted: timeAdjusted || null })
    }
  },
}

const timeOf = (at: Date) => at.toISOString().slice(11, 16)
