import type { AlertSince } from '@ringback/client'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { useNow } from '../shared/time/server-clock.ts'
import { useTimes } from '../shared/time/times.ts'
import { Badge } from '../shared/ui/badge.tsx'
import { Icon } from '../shared/ui/icons.tsx'

/** The alerts that stand, the worst first: what is so, since when, and what to do about it. */
export function Alerts({ alerts }: { alerts: readonly AlertSince[] }): ReactNode {
  const { wall: texts } = useMessages()
  const worstFirst = alerts.toSorted((one, other) => weightOf(other) - weightOf(one))
  return (
    <section aria-label={texts.alerts}>
      <div role="status">
        {alerts.length === 0 && (
          <p className="flex items-center gap-2.5 rounded-xl border border-line bg-good-soft px-4 py-3 font-medium text-good">
            <Icon name="check" />
            {texts.noAlerts}
          </p>
        )}
      </div>
      <ul className="grid gap-2 lg:grid-cols-2">
        {worstFirst.map((alert) => (
          <Alert key={alert.name} alert={alert} />
        ))}
      </ul>
    </section>
  )
}

const weightOf = ({ severity }: AlertSince): number => (severity === 'critical' ? 1 : 0)

function Alert({ alert: { name, severity, detail, runBook, since } }: { alert: AlertSince }): ReactNode {
  const { wall: texts, pages } = useMessages()
  const times = useTimes()
  const now = useNow()
  const { title, todo } = texts.alertsByName[name]
  const isCritical = severity === 'critical'
  return (
    <li
      className={`grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 rounded-xl border border-line border-s-4 bg-surface px-4 py-3 shadow-raised ${isCritical ? 'border-s-late' : 'border-s-warn'}`}
    >
      <Icon name="alert" className={`mt-0.5 size-5 ${isCritical ? 'text-late' : 'text-warn'}`} />
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <span className="font-semibold">{title}</span>
          <Badge tone={isCritical ? 'late' : 'warn'}>{texts.severities[severity]}</Badge>
          {since !== null && (
            <time dateTime={since} title={times.full(since)} className="clock text-sm text-muted">
              {texts.since(times.duration(now - Date.parse(since)))}
            </time>
          )}
        </p>
        <p className="mt-0.5 text-sm">
          <span className="font-medium">{texts.todo}</span> {todo}
        </p>
        {name === 'webhooks-failing' && (
          <Link to="/webhooks" className="text-sm font-medium text-accent hover:underline">
            {pages.webhooks}
          </Link>
        )}
        {/* As the API says it, with its figures; and where the whole section is. */}
        <p dir="ltr" lang="en" className="mt-1 text-xs break-words text-muted">
          {detail} · <span className="font-mono select-all">{runBook}</span>
        </p>
      </div>
    </li>
  )
}
