import type { User } from '@ringback/client'
import type { ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { useNow } from '../shared/time/server-clock.ts'
import { useTimes } from '../shared/time/times.ts'
import { Icon } from '../shared/ui/icons.tsx'

/** Whom to call: name, number, and what the clocks show there. */
export function Customer({ user }: { user: User | null }): ReactNode {
  const { desk: texts } = useMessages()
  if (!user) return <p className="text-lg text-muted">{texts.deleted}</p>
  return (
    <div>
      <p className="text-2xl leading-tight font-semibold tracking-tight break-words">{user.name}</p>
      <div className="mt-1.5 flex flex-wrap items-center gap-x-5 gap-y-1">
        {user.phone === null ? (
          <span className="text-muted">{texts.noPhone}</span>
        ) : (
          <a
            href={`tel:${user.phoneE164 ?? user.phone}`}
            dir="ltr"
            className="clock inline-flex min-h-11 items-center gap-2 text-lg font-medium text-accent hover:underline sm:min-h-8"
          >
            <Icon name="phone" className="size-[1.125rem]" />
            {user.phone}
          </a>
        )}
        <TheirClock zone={zoneOf(user)} />
      </div>
    </div>
  )
}

/** The zone that is shown for a customer who may be in several: the first. */
export function zoneOf(user: User | null): string | undefined {
  return user?.timeZones[0]
}

function TheirClock({ zone }: { zone: string | undefined }): ReactNode {
  const { desk: texts } = useMessages()
  const times = useTimes()
  const now = useNow()
  if (zone === undefined) return <span className="text-sm text-muted">{texts.zoneUnknown}</span>
  return (
    <span className="flex items-center gap-1.5 text-sm text-muted">
      <Icon name="clock" className="size-4" />
      <span>
        <span className="clock font-medium text-ink">{times.clock(now, zone)}</span>{' '}
        {texts.inZone(zone.replaceAll('_', ' '))}
      </span>
    </span>
  )
}
