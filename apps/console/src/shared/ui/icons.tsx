import type { ReactNode } from 'react'

const paths = {
  phone:
    'M5 3.5h2.6l1.3 3.4-1.7 1.2a9 9 0 0 0 4.7 4.7l1.2-1.7 3.4 1.3V15a1.8 1.8 0 0 1-2 1.8A12.6 12.6 0 0 1 3.2 5.5 1.8 1.8 0 0 1 5 3.5Z',
  clock: 'M10 3.2a6.8 6.8 0 1 0 0 13.6 6.8 6.8 0 0 0 0-13.6ZM10 6.3V10l2.6 1.6',
  check: 'm4.5 10.5 3.6 3.6 7.4-8',
  cross: 'm5 5 10 10M15 5 5 15',
  chevron: 'm5.5 7.8 4.5 4.5 4.5-4.5',
  keyboard: 'M2.8 5.5h14.4v9H2.8ZM6 8.3h.01M8.7 8.3h.01M11.3 8.3h.01M14 8.3h.01M6.7 11.7h6.6',
  search: 'M8.7 3.8a4.9 4.9 0 1 0 0 9.8 4.9 4.9 0 0 0 0-9.8ZM12.4 12.4l4 4',
  user: 'M10 10a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 10 10ZM4 16.6a6 6 0 0 1 12 0',
  alert: 'M10 3.5 17.4 16.4H2.6ZM10 8.3v3.6M10 14.1h.01',
  calendar: 'M3.5 5.2h13v11.3h-13ZM3.5 8.6h13M7 3.4v3M13 3.4v3',
  snooze: 'M10 5.4a6 6 0 1 0 0 12 6 6 0 0 0 0-12ZM10 8.4v3.2l2 1.2M3.2 5.4 5.4 3.4M16.8 5.4l-2.2-2',
  back: 'M8 5 4 9l4 4M4 9h7.5a4.5 4.5 0 0 1 0 9',
  plus: 'M10 4.5v11M4.5 10h11',
  note: 'M4.5 3.8h11v12.4h-11ZM7.3 7.4h5.4M7.3 10h5.4M7.3 12.6h3',
  offline:
    'M3 7.5a10.6 10.6 0 0 1 3.4-2.1M9.6 4.6A10.6 10.6 0 0 1 17 7.5M5.6 10.4a6.8 6.8 0 0 1 2.6-1.6M12.4 9a6.8 6.8 0 0 1 2 1.4M10 14.2h.01M3.4 3.2l13.2 13.4',
  dots: 'M5 10h.01M10 10h.01M15 10h.01',
  arrow: 'M4 10h11.5M11 5.5l4.5 4.5-4.5 4.5',
} as const

export type IconName = keyof typeof paths

/** A drawing beside words that say the same; whoever cannot see it misses nothing. */
export function Icon({ name, className = 'size-5' }: { name: IconName; className?: string }): ReactNode {
  return (
    <svg
      viewBox="0 0 20 20"
      aria-hidden="true"
      className={`shrink-0 ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'dots' ? 2.4 : 1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={paths[name]} />
    </svg>
  )
}
