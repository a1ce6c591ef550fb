import type { Desk, StreamEvent } from '@ringback/client'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, type ReactNode } from 'react'
import { beatFor, useEvents } from '../shared/live/live.ts'
import { allowSound } from '../shared/sound.ts'
import { deskQuery } from './desk-data.ts'
import { useReminders } from './reminders.ts'

/** What goes on for an agent on every page: Ringback is told that somebody is there, and the agent of promises that are near. */
export function AtWork({ agentId }: { agentId: number }): ReactNode {
  const { data: desk } = useQuery(deskQuery(agentId))
  const isLoggedIn = desk?.session != null
  useEffect(() => {
    beatFor(isLoggedIn ? agentId : null)
    return () => beatFor(null)
  }, [isLoggedIn, agentId])
  useEffect(() => {
    const presses = ['pointerdown', 'keydown'] as const
    const allow = () => void allowSound()
    for (const press of presses) addEventListener(press, allow)
    return () => {
      for (const press of presses) removeEventListener(press, allow)
    }
  }, [])
  useNextOfNobody(agentId, desk)
  return desk && <Reminders desk={desk} />
}

function Reminders({ desk }: { desk: Desk }): ReactNode {
  useReminders(desk)
  return null
}

/** What waits for whoever comes first is no agent's to be told of: its next call follows how much there is. */
function useNextOfNobody(agentId: number, desk: Desk | undefined): void {
  const queries = useQueryClient()
  const isWaiting = desk?.heldCall === null && desk.next?.queueEntry.assignedToAgentId == null
  const listener = useCallback(
    ({ type }: StreamEvent) => {
      if (!isWaiting || type !== 'queue.depth') return
      void queries.invalidateQueries({ queryKey: deskQuery(agentId).queryKey })
    },
    [queries, agentId, isWaiting],
  )
  useEvents(listener)
}
