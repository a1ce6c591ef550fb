import { useMemo } from 'react'
import { usePreferences, type Language } from '../preferences.ts'

type Moment = string | number | Date

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** Times as whoever works at this browser reads them: in its zone and its language. */
export interface Times {
  zone: string
  language: string
  /** “16:40”; of another zone when it is given. */
  clock(at: Moment, zone?: string): string
  /** “16:40”, and the day before it when that is not the day of `now`. */
  near(at: Moment, now: number, zone?: string): string
  /** The day and the time in full. */
  full(at: Moment, zone?: string): string
  /** “Mon, 2 Mar”. */
  day(at: Moment, zone?: string): string
  /** “2 Mar 2026”. */
  date(at: Moment): string
  /** “in 5 minutes”, “2 hours ago”. */
  relative(at: Moment, now: number): string
  /** “4:05” or “1:12:09”: a length of time that is watched. */
  stopwatch(ms: number): string
  /** “12 min”, “3 h 20 min”: a length of time that is told. */
  duration(ms: number): string
}

export function useTimes(): Times {
  const { timeZone, language } = usePreferences()
  return useMemo(() => timesOf(localeOf(language), timeZone ?? browserZone()), [timeZone, language])
}

/** The language as this browser has it: that of Austria, where it says so, writes dates as they are written there. */
function localeOf(language: Language): string {
  return navigator.languages.find((one) => one.toLowerCase().split('-', 1)[0] === language) ?? language
}

export function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** @param zone what an IANA name says */
function timesOf(language: string, zone: string): Times {
  const formats = new Map<string, Intl.DateTimeFormat>()
  function format(name: string, timeZone: string, options: Intl.DateTimeFormatOptions, at: Moment): string {
    const key = `${name} ${timeZone}`
    const made = formats.get(key) ?? new Intl.DateTimeFormat(language, { ...options, timeZone })
    formats.set(key, made)
    return made.format(new Date(at))
  }
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' })
  const unit = (name: string, value: number) =>
    new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value)

  const clock: Times['clock'] = (at, where = zone) =>
    format('clock', where, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, at)
  const day: Times['day'] = (at, where = zone) =>
    format('day', where, { weekday: 'short', day: 'numeric', month: 'short' }, at)
  return {
    zone,
    language,
    clock,
    day,
    near: (at, now, where = zone) =>
      day(at, where) === day(now, where) ? clock(at, where) : `${day(at, where)}, ${clock(at, where)}`,
    full: (at, where = zone) =>
      format('full', where, { dateStyle: 'full', timeStyle: 'long', hourCycle: 'h23' } as const, at),
    date: (at) => format('date', zone, { day: 'numeric', month: 'short', year: 'numeric' }, at),
    relative(at, now) {
      const ms = new Date(at).getTime() - now
      if (Math.abs(ms) < hourMs) return relative.format(Math.round(ms / minuteMs), 'minute')
      if (Math.abs(ms) < dayMs) return relative.format(Math.round(ms / hourMs), 'hour')
      return relative.format(Math.round(ms / dayMs), 'day')
    },
    stopwatch(ms) {
      const seconds = Math.max(0, Math.floor(ms / 1_000))
      const two = (value: number) => String(value).padStart(2, '0')
      const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60]
      return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
    },
    duration(ms) {
      const minutes = Math.max(0, Math.round(ms / minuteMs))
      if (minutes < 60) return unit('minute', minutes)
      if (minutes >= 48 * 60) return unit('day', Math.round(minutes / 60 / 24))
      const rest = minutes % 60 === 0 ? '' : ` ${unit('minute', minutes % 60)}`
      return `${unit('hour', Math.floor(minutes / 60))}${rest}`
    },
  }
}
