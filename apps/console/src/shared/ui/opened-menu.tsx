import { Menu as Base } from '@base-ui/react/menu'
import { useRef, type KeyboardEvent, type ReactNode } from 'react'
import { Icon, type IconName } from './icons.tsx'
import { Keys } from './kbd.tsx'

export interface MenuChoice {
  id: string
  label: string
  /** What comes of it, such as the time on the clock. */
  consequence?: string
  icon?: IconName
  isDangerous?: boolean
  run: () => void
}

export interface MenuProps {
  /** The button, as it is rendered with these properties. */
  trigger: (props: object) => ReactNode
  label: string
  /** Above the choices; the digits then choose by place. */
  title?: string
  choices: readonly MenuChoice[]
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
}

/** The choices themselves, and the keys among them. */
export function OpenedMenu({ trigger, label, title, choices, isOpen, onOpenChange }: MenuProps): ReactNode {
  const list = useRef<HTMLDivElement>(null)
  const hasDigits = title !== undefined
  function press(event: KeyboardEvent) {
    if (!hasDigits || !/^[1-9]$/.test(event.key)) return
    event.preventDefault()
    list.current?.querySelectorAll<HTMLElement>('[role="menuitem"]')[Number(event.key) - 1]?.click()
  }
  return (
    <Base.Root open={isOpen} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Trigger aria-label={label} render={(props) => <>{trigger(props)}</>} />
      <Base.Portal container={document.getElementById('content')}>
        <Base.Positioner sideOffset={6} align="end" className="z-30">
          <Base.Popup
            ref={list}
            onKeyDown={press}
            className="rising min-w-56 rounded-xl border border-line bg-surface p-1.5 shadow-float outline-none"
          >
            {title !== undefined && <p className="px-2.5 pt-1 pb-1.5 text-xs font-medium text-muted">{title}</p>}
            {choices.map(({ id, label: name, consequence, icon, isDangerous = false, run }, index) => (
              <Base.Item
                key={id}
                onClick={run}
                className={`flex min-h-11 cursor-pointer items-center gap-3 rounded-lg px-2.5 text-sm outline-none data-highlighted:bg-sunken sm:min-h-9 ${isDangerous ? 'text-late' : ''}`}
              >
                {icon && <Icon name={icon} className="size-4" />}
                <span className="flex-1">{name}</span>
                {consequence !== undefined && <span className="clock text-muted">{consequence}</span>}
                {hasDigits && <Keys keys={String(index + 1)} className="text-muted" />}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
