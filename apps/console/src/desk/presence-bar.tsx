import type { AgentSession, AgentStatus } from '@ringback/client'
import type { ReactNode } from 'react'
import { shortcutOf } from '../shared/keys/table.ts'
import { useKeys } from '../shared/keys/use-keys.ts'
import { useMessages } from '../shared/messages/index.ts'
import { act, useOutbox } from '../shared/outbox/outbox.ts'
import { Button } from '../shared/ui/button.tsx'
import { Kbd } from '../shared/ui/kbd.tsx'
import { Stopwatch } from '../shared/ui/moment.tsx'
import { NotifyMe } from './notify-me.tsx'

const choices = ['available', 'wrap_up', 'away'] as const satisfies readonly AgentStatus[]

const dots: Record<AgentStatus, string> = {
  available: 'bg-good',
  busy: 'bg-accent',
  wrap_up: 'bg-warn',
  away: 'bg-edge',
}

/** What the agent does, as Ringback has it, and since when. */
export function PresenceBar({ session, agentId }: { session: AgentSession | null; agentId: number }): ReactNode {
  const { desk: texts } = useMessages()
  const onItsWay = useOutbox().findLast(({ action }) => action.kind === 'presence')
  const status = session?.status ?? null
  const become = (next: AgentStatus | null) => act({ kind: 'presence', agentId, status: next })
  useKeys({ presence: () => status !== 'busy' && become(status === 'available' ? 'away' : 'available') })

  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-xl border border-line bg-surface px-4 py-2.5 shadow-raised">
      <h1 className="sr-only">{texts.title}</h1>
      <p role="status" className="flex items-center gap-2.5">
        <span className={`size-2.5 rounded-full ${status === null ? 'border-2 border-edge' : dots[status]}`} />
        <span className="font-semibold">{status === null ? texts.notAtWork : texts.statuses[status]}</span>
      </p>
      {session && <Stopwatch since={session.statusSince} className="text-sm text-muted" />}
      <NotifyMe />
      <div className="ms-auto flex flex-wrap items-center gap-2">
        {status === null ? (
          <Button look="primary" shortcut="presence" busy={onItsWay !== undefined} onClick={() => become('available')}>
            {texts.startWork}
          </Button>
        ) : (
          <>
            <div
              role="group"
              aria-label={texts.presence}
              aria-keyshortcuts={shortcutOf('presence')}
              className="inline-flex items-center rounded-lg bg-sunken p-0.5"
            >
              {choices.map((choice) => (
                <button
                  key={choice}
                  type="button"
                  aria-pressed={status === choice}
                  disabled={onItsWay !== undefined || status === 'busy'}
                  onClick={() => become(choice)}
                  className="min-h-10 rounded-md px-3 text-sm font-medium text-muted hover:text-ink disabled:cursor-default aria-pressed:bg-surface aria-pressed:text-ink aria-pressed:shadow-raised sm:min-h-8"
                >
                  {texts.statuses[choice]}
                </button>
              ))}
              <Kbd id="presence" className="px-2 text-muted" />
            </div>
            <Button look="quiet" disabled={status === 'busy' || onItsWay !== undefined} onClick={() => become(null)}>
              {texts.endWork}
            </Button>
          </>
        )}
      </div>
    </div>
  )
}
