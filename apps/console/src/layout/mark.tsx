import type { ReactNode } from 'react'

export function Mark({ className = 'size-8' }: { className?: string }): ReactNode {
  return <img src="/favicon.svg" alt="" className={className} />
}
