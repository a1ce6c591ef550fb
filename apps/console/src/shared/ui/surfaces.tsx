import { useId, type ReactNode } from 'react'

/** A part of a page with a heading of its own. */
export function Panel({
  title,
  count,
  aside,
  children,
  className = '',
}: {
  title: string
  count?: number | undefined
  aside?: ReactNode
  children: ReactNode
  className?: string
}): ReactNode {
  const id = useId()
  return (
    <section aria-labelledby={id} className={`rounded-xl border border-line bg-surface shadow-raised ${className}`}>
      <header className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-2">
        <h2 id={id} className="text-sm font-semibold">
          {title}
          {count !== undefined && count > 0 && (
            <span className="clock ms-2 rounded-full bg-sunken px-2 py-0.5 text-xs font-medium text-muted">
              {count}
            </span>
          )}
        </h2>
        {aside && <div className="ms-auto flex items-center gap-2">{aside}</div>}
      </header>
      {children}
    </section>
  )
}

/** What is said where there is nothing: why, and what to do next. */
export function EmptyState({ title, children }: { title: string; children?: ReactNode }): ReactNode {
  return (
    <div className="px-4 py-8 text-center">
      <p className="font-medium">{title}</p>
      {children && <div className="mx-auto mt-1 max-w-prose text-sm text-muted">{children}</div>}
    </div>
  )
}

/** Stands where something is about to be, in its size. */
export function Skeleton({ className = 'h-4 w-full' }: { className?: string }): ReactNode {
  return <div aria-hidden="true" className={`breathing rounded-md bg-sunken ${className}`} />
}

/** A page while it is fetched. */
export function PageSkeleton(): ReactNode {
  return (
    <div aria-busy="true" className="grid gap-4">
      <Skeleton className="h-9 w-64" />
      <div className="grid gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <Skeleton className="h-72 rounded-xl" />
        <Skeleton className="h-72 rounded-xl" />
      </div>
    </div>
  )
}
