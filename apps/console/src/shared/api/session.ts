import { isRingbackError, type Session } from '@ringback/client'
import { queryOptions } from '@tanstack/react-query'
import { ringback } from './client.ts'

export type { Session }

/** Who has signed in at this browser; null when nobody has. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await ringback.session.get({ signal })
    } catch (error) {
      if (isRingbackError(error, 'unauthorized')) return null
      throw error
    }
  },
})

/** Where a role begins. */
export function homeOf({ role }: Session): '/desk' | '/wall' {
  return role === 'agent' ? '/desk' : '/wall'
}
