import { z } from 'zod'
import { callSession } from './call-sessions.ts'
import { callback } from './callbacks.ts'
import { shownFields } from './users.ts'

export const userWithStory = z
  .object({
    ...shownFields,
    openCallbacks: z.array(callback).meta({
      description: 'What the user has been promised and waits for, by time: the first fifty',
    }),
    lastCalls: z.array(callSession).meta({ description: 'The last twenty calls, the newest first' }),
  })
  .meta({ id: 'UserWithStory', description: 'A customer, what it has been promised, and its last calls' })
