import type { CronRun, Overview, OverviewLanes } from '@ringback/client'
import type { ReactNode } from 'react'
import { useMessages, type Messages } from '../shared/messages/index.ts'
import { useNow } from '../shared/time/server-clock.ts'
import { useTimes, type Times } from '../shared/time/times.ts'
import { Badge, type Tone } from '../shared/ui/badge.tsx'
import { Panel } from '../shared/ui/surfaces.tsx'

/** So long the reconciler is believed to be at work; it passes several times in it. */
const lanesBelievedMs = 60_000
const lateTickMs = 2 * 60_000

/** Whether the engine itself is well: its last tick, the lanes, and what it stands on. */
export function EnginePanel({ overview: { lastTick, lanes, readiness } }: { overview: Overview }): ReactNode {
  const messages = useMessages()
  const { wall: texts } = messages
  const times = useTimes()
  const now = useNow()
  const lane = laneStanding(lanes, messages, now)
  const tick = tickStanding(lastTick, messages, times, now)
  const failing = Object.entries(readiness.checks).filter(([, { ok }]) => !ok)
  return (
    <Panel title={texts.engine}>
      <dl className="divide-y divide-line text-sm">
        <EngineLine name={texts.lastTick} {...tick}>
          {lastTick &&
            texts.tickFound(lastTick.results.processed, lastTick.results.alreadyQueued, lastTick.results.errors)}
        </EngineLine>
        <EngineLine name={texts.lanes} {...lane} />
        <EngineLine
          name={texts.readiness}
          tone={{ ready: 'good', degraded: 'warn', unavailable: 'late' }[readiness.status] as Tone}
          text={texts.readinesses[readiness.status]}
        >
          {failing.map(([check, { detail }]) => (
            <span key={check} lang="en" dir="ltr" className="block">
              {check}: {detail}
            </span>
          ))}
        </EngineLine>
      </dl>
    </Panel>
  )
}

function EngineLine({
  name,
  tone,
  text,
  children,
}: {
  name: string
  tone: Tone
  text: string
  children?: ReactNode
}): ReactNode {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 px-4 py-2.5">
      <dt className="font-medium">{name}</dt>
      <dd>
        <Badge tone={tone} icon={tone === 'good' ? 'check' : tone === 'neutral' ? 'clock' : 'alert'}>
          {text}
        </Badge>
      </dd>
      {children && <dd className="col-span-2 mt-0.5 break-words text-muted">{children}</dd>}
    </div>
  )
}

function tickStanding(tick: CronRun | null, { wall: texts }: Messages, times: Times, now: number) {
  if (!tick) return { tone: 'late' as const, text: texts.noTick }
  if (tick.abandonedAt !== null) return { tone: 'late' as const, text: texts.tickLost }
  const since = now - Date.parse(tick.finishedAt ?? tick.startedAt)
  if (since > lateTickMs) return { tone: 'late' as const, text: times.relative(now - since, now) }
  if (tick.finishedAt === null) return { tone: 'neutral' as const, text: texts.tickAtWork }
  return { tone: 'good' as const, text: times.relative(tick.finishedAt, now) }
}

function laneStanding(lanes: OverviewLanes, { wall: texts }: Messages, now: number) {
  if (!lanes || now - Date.parse(lanes.reconciledUntil) > lanesBelievedMs) {
    return { tone: 'warn' as const, text: texts.lanesUnknown }
  }
  if (lanes.differedAt !== null && now - Date.parse(lanes.differedAt) < lanesBelievedMs) {
    return { tone: 'warn' as const, text: texts.lanesDiffer(lanes.differences) }
  }
  return { tone: 'good' as const, text: texts.lanesInSync }
}
