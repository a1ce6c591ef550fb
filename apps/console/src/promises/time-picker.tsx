import type { QueueType, User } from '@ringback/client'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { serverNow } from '../shared/time/server-clock.ts'
import { useTimes } from '../shared/time/times.ts'
import { localTimeAt, momentOf } from '../shared/time/zoned.ts'
import { TextField } from '../shared/ui/fields.tsx'
import { Skeleton } from '../shared/ui/surfaces.tsx'
import { openSlots } from './open-slots.ts'

const daysShown = 7
const dayMs = 24 * 60 * 60_000
const noQueue = 'outstanding_requests'

/**
 * A time to call at: what the customer may be offered, by the hours of its queue, day by day as the customer's clocks show it,
 * with the own time beside; or any other time.
 *
 * @param at the moment that is chosen, ISO 8601
 */
export function TimePicker({
  user,
  queueType,
  at,
  onChange,
}: {
  user: User | null
  queueType: QueueType | null
  at: string | undefined
  onChange: (at: string | undefined) => void
}): ReactNode {
  const { picker: texts } = useMessages()
  const times = useTimes()
  const zone = user?.timeZones[0] ?? times.zone
  const [now] = useState(serverNow)
  const days = Array.from({ length: daysShown }, (_, index) => localTimeAt(now + index * dayMs, zone).slice(0, 10))
  const [day, setDay] = useState(days[0]!)
  const slots = useQuery({
    queryKey: ['slots', queueType, user?.userId, zone, day],
    queryFn: ({ signal }) =>
      openSlots({ day, zone, now, queueType: queueType ?? noQueue, userId: user?.userId }, signal),
  })
  const isElsewhere = times.clock(now, zone) !== times.clock(now)
  const nameOfDay = (one: string, index: number) =>
    index === 0 ? texts.today : index === 1 ? texts.tomorrow : times.day(momentOf(`${one}T12:00`, zone), zone)

  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <p className="text-sm break-words text-muted">
        {isElsewhere ? texts.theirTimes(zone, times.zone) : texts.timesIn(zone)}
      </p>
      <div role="group" aria-label={texts.day} className="flex flex-wrap gap-1.5">
        {days.map((one, index) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === day}
            onClick={() => setDay(one)}
            className="min-h-11 rounded-lg border border-line px-3 text-sm font-medium hover:border-edge aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent sm:min-h-9"
          >
            {nameOfDay(one, index)}
          </button>
        ))}
      </div>
      <div role="group" aria-label={texts.time} aria-busy={slots.isPending} className="max-h-56 overflow-y-auto">
        {slots.isPending && <Skeleton className="h-24" />}
        {slots.isError && <p className="text-sm text-muted">{texts.noSlotsKnown}</p>}
        {slots.data?.length === 0 && <p className="py-3 text-sm text-muted">{texts.noSlots}</p>}
        <div className="grid grid-cols-[repeat(auto-fill,minmax(5.25rem,1fr))] gap-1.5">
          {slots.data?.map((slot) => (
            <button
              key={slot}
              type="button"
              aria-pressed={slot === at}
              onClick={() => onChange(slot)}
              className="clock min-h-11 rounded-lg border border-line px-2 text-sm leading-tight font-medium hover:border-edge aria-pressed:border-accent aria-pressed:bg-accent aria-pressed:text-on-accent"
            >
              {times.clock(slot, zone)}
              {isElsewhere && (
                <span className="block text-xs font-normal">
                  <span className="sr-only">{texts.yourTime}</span> {times.clock(slot)}
                </span>
              )}
            </button>
          ))}
        </div>
      </div>
      <TextField
        label={isElsewhere ? texts.otherTimeThere : texts.otherTime}
        type="datetime-local"
        value={at === undefined ? '' : localTimeAt(at, zone)}
        min={localTimeAt(now, zone)}
        onChange={({ target: { value } }) => onChange(value === '' ? undefined : momentOf(value, zone).toISOString())}
      />
      <p role="status" className="min-h-5 text-sm font-medium">
        {at !== undefined &&
          (isElsewhere
            ? texts.chosenThere(times.near(at, now, zone), times.near(at, now))
            : texts.chosen(times.near(at, now)))}
      </p>
    </div>
  )
}
