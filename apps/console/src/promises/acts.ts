import { isRingbackError, type Callback } from '@ringback/client'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ringback } from '../shared/api/client.ts'
import { randomKey } from '../shared/random-key.ts'

/** What a supervisor does with promises. Times are ISO 8601. */
export type Act =
  | { kind: 'reassign'; agentId: number | null }
  | { kind: 'reschedule'; scheduledFor: string; orNextOpening: boolean }
  | { kind: 'cancel'; reason: string }
export type ActKind = Act['kind']
export const actKinds: readonly ActKind[] = ['reassign', 'reschedule', 'cancel']

/** What became of an act on one promise. `left`: it has not been tried, or nobody answered. */
export type ActResult = { kind: 'left' } | { kind: 'done'; callback: Callback } | { kind: 'refused'; error: unknown }

async function send(act: Act, callbackId: string, idempotencyKey: string): Promise<Callback> {
  const once = { idempotencyKey }
  switch (act.kind) {
    case 'reassign':
      return (await ringback.callbacks.reassign({ callbackId, agentId: act.agentId }, once)).callback
    case 'reschedule': {
      const { scheduledFor, orNextOpening } = act
      const body = { callbackId, scheduledFor, ...(orNextOpening && { whenClosed: 'next-opening' as const }) }
      return (await ringback.callbacks.reschedule(body, once)).callback
    }
    case 'cancel':
      return (await ringback.callbacks.cancel({ callbackId, ...(act.reason !== '' && { reason: act.reason }) }, once))
        .callback
  }
}

/**
 * Does one thing with several promises, one after the other, each under a key of its own. Refusals of some hold up none; when
 * nobody answers, the rest is left, and `run` goes on with it.
 */
export function useActs(callbackIds: readonly string[]) {
  const queries = useQueryClient()
  const [keys] = useState(() => new Map(callbackIds.map((id) => [id, randomKey()])))
  const [results, setResults] = useState<ReadonlyMap<string, ActResult>>()
  const [isRunning, setRunning] = useState(false)

  async function run(act: Act): Promise<void> {
    setRunning(true)
    let isAnswered = true
    const found = new Map<string, ActResult>(results ?? callbackIds.map((id) => [id, { kind: 'left' }]))
    for (const id of callbackIds) {
      if (found.get(id)?.kind !== 'left' || !isAnswered) continue
      const result = await send(act, id, keys.get(id)!).then(
        (callback): ActResult => ({ kind: 'done', callback }),
        (error: unknown): ActResult => (isPassing(error) ? { kind: 'left' } : { kind: 'refused', error }),
      )
      isAnswered = result.kind !== 'left'
      found.set(id, result)
      setResults(new Map(found))
    }
    setRunning(false)
    await queries.invalidateQueries({ predicate: ({ meta }) => meta?.live !== undefined })
  }

  return { results, isRunning, run }
}

/** Nobody answers, or not now. */
function isPassing(error: unknown): boolean {
  return isRingbackError(error) && (error.code === 'unreachable' || [429, 502, 503, 504].includes(error.status ?? 0))
}
