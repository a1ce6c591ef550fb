import { z } from 'zod'
import { userId } from './ids.ts'
import { createdAt, updatedAt } from './moment.ts'
import { line, name, orNone } from './text.ts'

const phone = line(100).meta({
  description: 'A phone number, as your telephony understands it',
  examples: ['+15550100'],
})

export const putUserBody = z
  .strictObject({
    name: name.meta({ description: 'As agents will see it' }),
    phone: orNone(phone).optional().meta({ description: 'Left out, it stays as it is; null clears it' }),
  })
  .meta({ examples: [{ name: 'Ada Example', phone: '+15550100' }] })

export const userParams = z.strictObject({ userId })

export const user = z
  .object({
    userId,
    name: z.string().meta({ description: 'As agents see it' }),
    phone: z.string().nullable().meta({ description: 'The number to call' }),
    createdAt,
    updatedAt,
  })
  .meta({ id: 'User', description: 'A customer who may be called' })
