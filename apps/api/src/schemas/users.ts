import { z } from 'zod'
import { userId } from './ids.ts'
import { moment } from './moment.ts'
import { name, text } from './text.ts'

const phone = text(50).meta({
  description: 'A phone number, as your telephony understands it',
  examples: ['+15550100'],
})

export const putUserBody = z
  .strictObject({ name, phone: phone.nullable().optional() })
  .meta({ examples: [{ name: 'Ada Example', phone: '+15550100' }] })

export const userParams = z.strictObject({ userId })

export const user = z
  .object({
    userId,
    name: z.string(),
    phone: z.string().nullable(),
    createdAt: moment,
    updatedAt: moment,
  })
  .meta({ id: 'User', description: 'A customer who may be called' })
