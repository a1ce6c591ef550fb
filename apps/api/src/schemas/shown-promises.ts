import { z } from 'zod'
import { callback } from './callbacks.ts'
import { queueEntry } from './queue-entries.ts'
import { user } from './users.ts'

export const shownPromise = z
  .object({
    callback,
    queueEntry: queueEntry.nullable().meta({ description: 'Its place; null while it is in no queue' }),
    user: user.nullable().meta({ description: 'Whom to call; null when the record was deleted' }),
  })
  .meta({ id: 'ShownPromise', description: 'A promise, whom to call, and where it stands' })
