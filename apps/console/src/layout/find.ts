import { queryOptions, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { customersQuery, isSearchable, promisesQuery } from '../promises/promises-data.ts'
import { ringback } from '../shared/api/client.ts'
import type { Session } from '../shared/api/session.ts'
import type { Command } from '../shared/commands.ts'
import { useMessages } from '../shared/messages/index.ts'
import { serverNow } from '../shared/time/server-clock.ts'
import { useTimes } from '../shared/time/times.ts'

const settlesMs = 250
const shownOfEach = 6

/** What an agent finds: its own promises, by what they are about. */
function ownPromisesQuery(q: string) {
  return queryOptions({
    queryKey: ['own-promises', q],
    queryFn: ({ signal }) =>
      ringback.callbacks.list({ q, order: 'desc', with: ['user'], limit: shownOfEach }, { signal }).first(),
  })
}

/** Promises and customers that the API finds by a text, which whoever has signed in may see; as ways to them. */
export function useFoundByApi(session: Session, text: string): { found: readonly Command[]; isSearching: boolean } {
  const { palette: texts, desk } = useMessages()
  const navigate = useNavigate()
  const times = useTimes()
  const q = useSettled(text.trim())
  const isAgent = session.role === 'agent'
  const all = useQuery({
    ...promisesQuery({ q, status: 'all', order: 'latest' }, times.zone),
    enabled: !isAgent && q.length > 1,
  })
  const own = useQuery({ ...ownPromisesQuery(q), enabled: isAgent && isSearchable(q) })
  const customers = useQuery({ ...customersQuery(q), enabled: !isAgent && q.length > 1 })
  const promises = (isAgent ? own.data?.items : all.data?.items) ?? []
  return {
    isSearching: q !== text.trim() || all.isFetching || own.isFetching || customers.isFetching,
    found: [
      ...(customers.data ?? []).slice(0, shownOfEach).map(({ userId, name, phone }) => ({
        id: `customer ${userId}`,
        group: texts.customers,
        name,
        hint: phone ?? desk.noPhone,
        run: () => void navigate({ to: '/promises', search: { userId, status: 'all' } }),
      })),
      ...promises.slice(0, shownOfEach).map(({ id, user, callbackReason, scheduledFor }) => ({
        id: `promise ${id}`,
        group: texts.promises,
        name: user?.name ?? texts.promise,
        hint: [times.near(scheduledFor, serverNow()), callbackReason].filter(Boolean).join(' · '),
        run: () => void navigate({ to: '/promises/$callbackId', params: { callbackId: id } }),
      })),
    ],
  }
}

/** A text once nothing was typed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), settlesMs)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
