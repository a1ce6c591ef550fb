import { sql } from 'drizzle-orm'
import { check, index, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { moment } from './column-types.ts'

/**
 * Codes with which somebody signs in once. Of a code there is only a hash here. `seal` is made with the secret that signs
 * tokens, over the code and whom it is for: a row that somebody without that secret has written or changed opens nothing.
 */
export const signInCodes = pgTable(
  'sign_in_codes',
  {
    codeHash: text().primaryKey(),
    seal: text().notNull(),
    role: text().notNull(),
    agentId: integer(),
    sub: text().notNull(),
    createdAt: moment().notNull(),
    expiresAt: moment().notNull(),
    usedAt: moment(),
  },
  (table) => [
    check('sign_in_codes_of_agents', sql`(role = 'agent') = (agent_id is not null)`),
    index('sign_in_codes_by_expiry').on(table.expiresAt),
  ],
)
