import type { CallbackStatus } from '@ringback/client'

export const statuses: readonly CallbackStatus[] = ['pending', 'accepted', 'in_progress', 'completed', 'cancelled']
export const orders = ['latest', 'changed'] as const

/** What the address of the search says. */
export interface PromiseSearch {
  q?: string
  /** Left out: those that are open. */
  status?: CallbackStatus | 'all'
  queueType?: string
  agentId?: number
  userId?: string
  /** The first and the last day on which they are due, in the own zone: `2026-03-02`. */
  from?: string
  to?: string
  overdue?: true
  /** Left out: those first that are due first. */
  order?: (typeof orders)[number]
  cursor?: string
}

/** Reads an address; what it says that means nothing is left out. */
export function promiseSearch(search: Record<string, unknown>): PromiseSearch {
  const text = (name: string, isWanted: (said: string) => boolean = () => true) => {
    const value = search[name]
    const said = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
    return said !== '' && isWanted(said) ? { [name]: said } : {}
  }
  const agentId = Number(search['agentId'])
  return {
    ...text('q'),
    ...text('status', (said) => said === 'all' || statuses.some((status) => status === said)),
    ...text('queueType'),
    ...(Number.isSafeInteger(agentId) && agentId > 0 && { agentId }),
    ...text('userId', (said) => /^\d+$/.test(said)),
    ...text('from', isDay),
    ...text('to', isDay),
    ...(search['overdue'] === true && { overdue: true }),
    ...text('order', (said) => orders.some((order) => order === said)),
    ...text('cursor'),
  }
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))
}
