import { region, timeZone } from '@ringback/core'
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
    timeZone: timeZone
      .nullable()
      .optional()
      .meta({ description: 'The IANA time zone the user is in. Left out, it stays as it is; null clears it' }),
    region: region.nullable().optional().meta({
      description: 'Where the user is, by ISO 3166: `DE`, `US-FL`. Left out, it stays as it is; null clears it',
    }),
  })
  .meta({ examples: [{ name: 'Ada Example', phone: '+15550100' }] })

export const userParams = z.strictObject({ userId })

export const user = z
  .object({
    userId,
    name: z.string().meta({ description: 'As agents see it' }),
    phone: z.string().nullable().meta({ description: 'The number to call' }),
    phoneE164: z.string().nullable().meta({
      description:
        'The same in the international format; null when it is no number that there can be, as `DEFAULT_COUNTRY` says',
    }),
    region: z
      .string()
      .nullable()
      .meta({ description: 'Where the user is: as it was said, else the country of the phone' }),
    timeZones: z.array(z.string()).meta({
      description:
        'Every zone the user may be in: a call must be allowed in all of them. None: then those of the opening hours count, else UTC',
    }),
    zoneSource: z.enum(['user', 'phone', 'queue']).meta({
      id: 'ZoneSource',
      description: '`user`: zone or region were said; `phone`: from its country; `queue`: nothing says so',
    }),
    createdAt,
    updatedAt,
  })
  .meta({ id: 'User', description: 'A customer who may be called' })
