import { bigint, customType, timestamp } from 'drizzle-orm/pg-core'

/**
 * A 64-bit integer as a string of digits: a JavaScript number holds integers only to 2^53, and JSON knows no bigint.
 * Both the driver and the API carry these ids as strings.
 */
export const bigintString = customType<{ data: string; driverData: string }>({
  dataType: () => 'bigint',
})

/** A primary key that Postgres counts up, carried as a string of digits. */
export const bigintIdentity = () => bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity().$type<string>()

/** A moment, to the millisecond: what a JavaScript `Date` holds, so that what is read back equals what was written. */
export const moment = () => timestamp({ withTimezone: true, precision: 3, mode: 'date' })

/** The name of a queue, compared byte by byte: it is ASCII, and stands first in the indexes that claims go by. */
export const queueType = customType<{ data: string; driverData: string }>({
  dataType: () => 'text COLLATE "C"',
})

/** A transaction, by a number that never comes again in the same history of the server. */
export const transactionId = customType<{ data: string; driverData: string }>({
  dataType: () => 'xid8',
})
