import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Session } from '../shared/api/session.ts'
import { shortcutOf } from '../shared/keys/table.ts'
import type { LiveState } from '../shared/live/feed.ts'
import { useLiveState } from '../shared/live/live.ts'
import { useMessages } from '../shared/messages/index.ts'
import { useNow } from '../shared/time/server-clock.ts'
import { useTimes } from '../shared/time/times.ts'
import { Icon, type IconName } from '../shared/ui/icons.tsx'
import { Kbd } from '../shared/ui/kbd.tsx'
import type { OpenInFront } from './layout.tsx'
import { Mark } from './mark.tsx'
import { pagesOf } from './pages.ts'

export function Header({ session, onOpen }: { session: Session; onOpen: OpenInFront }): ReactNode {
  const { layout, appName } = useMessages()
  const hasFewPages = pagesOf(session).length <= fewPages
  return (
    <header className="sticky top-0 z-20 border-b border-line bg-surface">
      <div className="mx-auto flex w-full max-w-[100rem] flex-wrap items-center gap-x-2 px-3 sm:h-14 sm:flex-nowrap sm:gap-x-4 sm:px-5">
        <Link to="/" className="flex h-12 items-center gap-2 font-semibold tracking-tight">
          <Mark className="size-7" />
          <span className="max-sm:sr-only">{appName}</span>
        </Link>
        {hasFewPages && <Pages session={session} />}
        <div className="ms-auto flex items-center gap-1 sm:gap-2">
          <LiveSign />
          <WallClock />
          <HeaderButton
            icon="search"
            label={layout.commands}
            onClick={() => onOpen('palette')}
            shortcut="palette"
            isWide
          />
          <HeaderButton icon="keyboard" label={layout.help} onClick={() => onOpen('keys')} shortcut="help" />
          <HeaderButton icon="user" label={layout.account} onClick={() => onOpen('choices')} />
        </div>
      </div>
      {!hasFewPages && (
        <div className="mx-auto w-full max-w-[100rem] overflow-x-auto px-1.5 pb-1 sm:px-3.5">
          <Pages session={session} />
        </div>
      )}
    </header>
  )
}

/** More of them have a line of their own, which is moved sideways where it is too long. */
const fewPages = 2

function Pages({ session }: { session: Session }): ReactNode {
  const { layout, pages } = useMessages()
  return (
    <nav aria-label={layout.navigation} className="flex gap-1">
      {pagesOf(session).map(({ to, name, shortcut }) => (
        <Link
          key={to}
          to={to}
          aria-keyshortcuts={shortcutOf(shortcut)}
          className="flex min-h-11 items-center rounded-lg px-3 text-sm font-medium whitespace-nowrap text-muted -outline-offset-2 hover:bg-sunken aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent sm:min-h-9"
        >
          {pages[name]}
        </Link>
      ))}
    </nav>
  )
}

/** What stands above a screen on the wall: whose it is, whether it is live, the time, and the way back. */
export function KioskBar(): ReactNode {
  const { appName, wall } = useMessages()
  return (
    <header className="flex h-12 items-center gap-4 border-b border-line bg-surface px-5">
      <Mark className="size-7" />
      <span className="font-semibold tracking-tight">{appName}</span>
      <div className="ms-auto flex items-center gap-4">
        <LiveSign />
        <WallClock />
        <Link
          to="/wall"
          aria-keyshortcuts="Escape"
          className="rounded-lg px-2 py-1.5 text-sm text-muted hover:bg-sunken"
        >
          {wall.leaveKiosk} <Kbd id="close" />
        </Link>
      </div>
    </header>
  )
}

function HeaderButton({
  icon,
  label,
  onClick,
  shortcut,
  isWide = false,
}: {
  icon: IconName
  label: string
  onClick: () => void
  shortcut?: 'palette' | 'help'
  isWide?: boolean
}): ReactNode {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      aria-keyshortcuts={shortcut && shortcutOf(shortcut)}
      onClick={onClick}
      className={`flex size-11 items-center justify-center gap-2 rounded-lg text-sm text-muted hover:bg-sunken hover:text-ink sm:size-9 ${isWide ? 'lg:w-auto lg:border lg:border-line lg:px-2.5' : ''}`}
    >
      <Icon name={icon} className="size-[1.125rem]" />
      {isWide && (
        <>
          <span className="hidden lg:inline">{label}</span>
          <Kbd id="palette" className="max-lg:hidden" />
        </>
      )}
    </button>
  )
}

const dots: Record<LiveState, string> = {
  connecting: 'bg-warn breathing',
  live: 'bg-good',
  offline: 'bg-late',
  refused: 'bg-late',
}

function LiveSign(): ReactNode {
  const { layout } = useMessages()
  const state = useLiveState()
  return (
    <span role="status" className="flex items-center gap-1.5 text-xs font-medium text-muted">
      <span className={`size-2 rounded-full ${dots[state]}`} />
      <span className="max-sm:sr-only">{layout.live[state]}</span>
    </span>
  )
}

/** The time by the clock of Ringback, and in which zone it and all others are. */
function WallClock(): ReactNode {
  const { layout } = useMessages()
  const times = useTimes()
  const now = useNow()
  return (
    <span
      title={layout.timesIn(times.zone)}
      className="flex items-baseline gap-1.5 border-s border-line ps-2 text-sm max-[22rem]:border-0 sm:ps-4"
    >
      <time dateTime={new Date(now).toISOString()} className="clock font-semibold">
        {times.clock(now)}
      </time>
      <span className="hidden text-xs text-muted md:inline">{times.zone.replaceAll('_', ' ')}</span>
      <span className="sr-only md:hidden">{layout.timesIn(times.zone)}</span>
    </span>
  )
}
