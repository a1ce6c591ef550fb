import type { ButtonHTMLAttributes, ReactNode } from 'react'
import { shortcutOf, type KeyId } from '../keys/table.ts'
import { Icon, type IconName } from './icons.tsx'
import { Kbd } from './kbd.tsx'

const looks = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong',
  plain: 'border border-line bg-surface text-ink hover:border-edge hover:bg-sunken',
  quiet: 'text-ink hover:bg-sunken',
  danger: 'border border-line bg-surface text-late hover:border-late hover:bg-late-soft',
} as const

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: keyof typeof looks
  icon?: IconName
  /** The key that does the same; shown beside the words. */
  shortcut?: KeyId
  /** Something is under way: it cannot be pressed again. */
  busy?: boolean
}

export const buttonClass = (look: keyof typeof looks = 'plain'): string =>
  `inline-flex min-h-11 items-center justify-center gap-2 rounded-lg px-3.5 text-sm font-medium select-none sm:min-h-9 sm:px-3 transition-colors disabled:opacity-60 aria-disabled:opacity-60 ${looks[look]}`

export function Button({
  look = 'plain',
  icon,
  shortcut,
  busy = false,
  className = '',
  children,
  ...rest
}: ButtonProps): ReactNode {
  return (
    <button
      type="button"
      aria-keyshortcuts={shortcut && shortcutOf(shortcut)}
      {...rest}
      disabled={busy || rest.disabled}
      aria-busy={busy || undefined}
      className={`${buttonClass(look)} ${className}`}
    >
      {icon && <Icon name={icon} className={`size-4 ${busy ? 'breathing' : ''}`} />}
      {children}
      {shortcut && <Kbd id={shortcut} className="opacity-75" />}
    </button>
  )
}
