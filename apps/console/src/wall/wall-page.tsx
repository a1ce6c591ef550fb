import type { ReactNode } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { useTitle } from '../shared/use-title.ts'

/** How the centre stands, for supervisors. */
export function WallPage(): ReactNode {
  const { wall } = useMessages()
  useTitle(wall.title)
  return <h1 className="text-xl font-semibold tracking-tight">{wall.title}</h1>
}
