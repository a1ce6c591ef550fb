import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { buttonClass } from '../shared/ui/button.tsx'
import { useTitle } from '../shared/use-title.ts'

export function NotFound(): ReactNode {
  const { layout } = useMessages()
  useTitle(layout.notFoundTitle)
  return (
    <main className="mx-auto max-w-md p-4 pt-[16vh] text-center">
      <h1 className="text-xl font-semibold">{layout.notFoundTitle}</h1>
      <p className="mt-2 mb-6 text-muted">{layout.notFoundText}</p>
      <Link to="/" className={buttonClass('primary')}>
        {layout.goHome}
      </Link>
    </main>
  )
}
