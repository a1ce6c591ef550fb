import { region, timeZone } from '@ringback/core'
import { z } from 'zod'
import { userId, userIdInput } from './ids.ts'
import { createdAt, updatedAt } from './moment.ts'
import { limit, userCursor } from './paging.ts'
import { externalId, line, listInUrl, metadata, name, orNone } from './text.ts'

const phone = line(100).meta({
  description: 'A phone number, as your telephony understands it',
  examples: ['+15550100'],
})

const keptByOthers = {
  externalId: 'What your own system knows the user by: no other user has it',
  metadata: 'What your own system keeps with the user: up to 50 keys of up to 40 characters, 8 KiB as JSON',
}

const userFields = {
  name: name.meta({ description: 'As agents will see it' }),
  phone: orNone(phone).optional().meta({ description: 'Left out, it stays as it is; null clears it' }),
  timeZone: timeZone
    .nullable()
    .optional()
    .meta({ description: 'The IANA time zone the user is in. Left out, it stays as it is; null clears it' }),
  region: region.nullable().optional().meta({
    description: 'Where the user is, by ISO 3166: `DE`, `US-FL`. Left out, it stays as it is; null clears it',
  }),
  externalId: externalId
    .nullable()
    .optional()
    .meta({
      description: `${keptByOthers.externalId}. Left out, it stays as it is; null clears it`,
      examples: ['crm-4711'],
    }),
  metadata: metadata.optional().meta({
    description: `${keptByOthers.metadata}. Left out, it stays as it is; else it is all that there is then`,
  }),
}

export const putUserBody = z
  .strictObject(userFields)
  .meta({ examples: [{ name: 'Ada Example', phone: '+15550100', externalId: 'crm-4711', metadata: { tier: 'gold' } }] })

/** One of many users that are written at once. */
export const userRow = z.strictObject({ userId: userIdInput, ...userFields }).meta({ id: 'UserRow' })

export const userParams = z.strictObject({ userId })

export const shownFields = {
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
  externalId: z.string().nullable().meta({ description: keptByOthers.externalId }),
  metadata: z.record(z.string(), z.string()).meta({ description: keptByOthers.metadata }),
  createdAt,
  updatedAt,
}

export const user = z.object(shownFields).meta({ id: 'User', description: 'A customer who may be called' })

export const usersQuery = z.strictObject({
  phone: phone.optional().meta({
    description:
      'A phone number: whoever has the same in the international format, however it is written here and there',
    examples: ['+1 202 555 0100'],
  }),
  name: line(200)
    .min(2)
    .optional()
    .meta({
      description:
        'Whoever has this in the name, in capitals or not; of two characters, those with whose name or a further word of it they begin',
      examples: ['exam'],
    }),
  externalId: externalId.optional().meta({ description: 'Whoever is known by it in your own system' }),
  userIds: listInUrl(userId)
    .optional()
    .meta({ description: 'These, by commas or said again', examples: [['1', '2']] }),
  limit,
  cursor: userCursor.optional(),
})

export const userPage = z
  .object({
    items: z.array(user).meta({ description: 'By `userId`' }),
    nextCursor: userCursor.nullable().meta({ description: 'Null on the last page' }),
  })
  .meta({ id: 'UserPage' })
