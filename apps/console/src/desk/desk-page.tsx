import type { ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { useTitle } from '../shared/use-title.ts'

/** What an agent works with. */
export function DeskPage(): ReactNode {
  const { pages } = useMessages()
  useTitle(pages.desk)
  return <h1 className="text-xl font-semibold tracking-tight">{pages.desk}</h1>
}
