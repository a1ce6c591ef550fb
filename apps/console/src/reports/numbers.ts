import { useMessages } from '../shared/messages/index.ts'
import { useTimes, type Times } from '../shared/time/times.ts'

/** Figures as they are read in the own language; a dash where there is nothing to say. */
export interface Numbers {
  count: (value: number) => string
  /** @param value of a hundred */
  percent: (value: number | null) => string
  decimal: (value: number | null) => string
  /** @param seconds negative is early */
  lateness: (seconds: number | null, times: Times) => string
}

export function useNumbers(): Numbers {
  const { language } = useTimes()
  const { wall } = useMessages()
  const whole = new Intl.NumberFormat(language)
  const share = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 })
  const one = new Intl.NumberFormat(language, { maximumFractionDigits: 1, minimumFractionDigits: 1 })
  return {
    count: (value) => whole.format(value),
    percent: (value) => (value === null ? wall.noData : share.format(value / 100)),
    decimal: (value) => (value === null ? wall.noData : one.format(value)),
    lateness(seconds, times) {
      if (seconds === null) return wall.noData
      return `${seconds < 0 ? '−' : ''}${times.stopwatch(Math.abs(seconds) * 1_000)}`
    },
  }
}
