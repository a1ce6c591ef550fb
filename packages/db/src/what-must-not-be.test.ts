import { createTestDatabase, type TestDatabase } from '@ringback/testing'
import type postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { checkNow, connect, type Sql } from './index.ts'

/** What no commit may leave behind, whoever writes: here by hand, without the locks of the steps. */

let database: TestDatabase
let sql: postgres.Sql
beforeAll(async () => {
  database = await createTestDatabase()
  sql = connect(database.url, { max: 4 })
})
afterAll(async () => {
  await sql.end()
  await database.drop()
})
beforeEach(async () => {
  await sql`truncate users, agents, callbacks, call_queue, agent_sessions cascade`
  await sql`insert into users (id, name, created_at, updated_at) select n, 'U', now(), now() from generate_series(1, 3) n`
  await sql`insert into agents (id, first_name, last_name, created_at, updated_at) values (1, 'A', 'B', now(), now())`
  await sql`
    insert into agent_sessions (agent_id, status, status_since, login_at, last_seen_at)
    values (1, 'busy', now(), now(), now())`
  await sql`
    insert into callbacks (id, user_id, scheduled_for, created_at, updated_at)
    values (${waiting}, 1, now(), now(), now()), (${unqueued}, 2, now(), now(), now())`
  await sql.begin(async (tx) => {
    await queue(tx, 1, waiting)
    await mark(tx, waiting)
  })
})

const waiting = '00000000-0000-4000-8000-000000000001'
const unqueued = '00000000-0000-4000-8000-000000000002'
const callSession = '00000000-0000-4000-8000-000000000003'

const queue = (tx: Sql, userId: number, callbackId: string | null) => tx`
  insert into call_queue (user_id, callback_id, priority_score, queue_type, status, available_from, created_at, updated_at)
  values (${userId}, ${callbackId}, ${callbackId ? -1000 : 1}, 'unsigned_users', 'pending', now(), now(), now())`
const mark = (tx: Sql, id: string, isQueued = true) => tx`update callbacks set is_queued = ${isQueued} where id = ${id}`
const end = (tx: Sql, callbackId: string) =>
  tx`update call_queue set status = 'removed', ended_at = now() where callback_id = ${callbackId} and ended_at is null`
const setStatus = (tx: Sql, status: string) => tx`update agent_sessions set status = ${status}`

async function leave(tx: Sql): Promise<void> {
  await end(tx, waiting)
  await mark(tx, waiting, false)
}

/** The agent takes the callback that waits, and stays as available as it was. */
async function claim(tx: Sql): Promise<void> {
  await tx`
    insert into call_sessions (id, user_id, direction, started_at, created_at)
    values (${callSession}, 1, 'outbound', now(), now())`
  await tx`
    update call_queue set status = 'in_progress', claimed_by_agent_id = 1, claimed_at = now(), call_session_id = ${callSession}
    where callback_id = ${waiting}`
}

/** What the database says when `write` is committed: the constraint that it violates, or `done`. */
function outcomeOf(write: (tx: postgres.TransactionSql) => Promise<unknown>): Promise<string> {
  return sql.begin(write).then(
    () => 'done',
    (error: postgres.PostgresError) => error.constraint_name ?? error.message,
  )
}

describe('the database refuses', () => {
  const cases: [string, (tx: Sql) => Promise<unknown>, constraint: string][] = [
    ['a live entry of a callback that is not marked', (tx) => queue(tx, 2, unqueued), 'live_entry_has_open_callback'],
    [
      'a live entry of a callback that has ended',
      async (tx) => {
        await queue(tx, 2, unqueued)
        await tx`update callbacks set status = 'cancelled', cancelled_at = now() where id = ${unqueued}`
      },
      'live_entry_has_open_callback',
    ],
    ['a live entry of nobody', (tx) => queue(tx, 99, null), 'live_entry_has_user'],
    [
      'a live entry of nobody beside a right one',
      async (tx) => {
        await queue(tx, 2, unqueued)
        await mark(tx, unqueued)
        await queue(tx, 99, null)
      },
      'live_entry_has_user',
    ],
    [
      'a wrong entry that is made when others were checked',
      async (tx) => {
        await queue(tx, 3, null)
        await checkNow(tx)
        await tx`set constraints all deferred`
        await queue(tx, 2, unqueued)
      },
      'live_entry_has_open_callback',
    ],
    [
      'an entry that is given to nobody when it was checked',
      async (tx) => {
        await queue(tx, 3, null)
        await checkNow(tx)
        await tx`update call_queue set user_id = 99 where user_id = 3`
      },
      'live_entry_has_user',
    ],
    [
      'an ended entry that lives again',
      async (tx) => {
        await leave(tx)
        await checkNow(tx)
        await tx`update call_queue set status = 'pending', ended_at = null`
      },
      'live_entry_has_open_callback',
    ],
    [
      'a live entry in no queue',
      (tx) => tx`
        insert into call_queue (user_id, priority_score, queue_type, status, available_from, created_at, updated_at)
        values (3, 1, 'there_is_none', 'pending', now(), now(), now())`,
      'live_entry_has_queue',
    ],
    [
      'a promise in no queue beside a right one',
      async (tx) => {
        await queue(tx, 3, null)
        await queue(tx, 2, unqueued)
        await mark(tx, unqueued)
        await tx`update call_queue set queue_type = 'there_is_none' where callback_id = ${unqueued}`
      },
      'live_entry_has_queue',
    ],
    [
      'an entry that goes into no queue',
      (tx) => tx`update call_queue set queue_type = 'there_is_none'`,
      'live_entry_has_queue',
    ],
    [
      'to delete a queue in which somebody waits',
      (tx) => tx`delete from queues where queue_type = 'unsigned_users'`,
      'live_entry_has_queue',
    ],
    ['to delete a user who has one', (tx) => tx`delete from users where id = 1`, 'live_entry_has_user'],
    ['a mark without a live entry', (tx) => mark(tx, unqueued), 'open_callback_is_queued_as_marked'],
    ['a live entry without its mark', (tx) => mark(tx, waiting, false), 'open_callback_is_queued_as_marked'],
    ['a mark whose entry has ended', (tx) => end(tx, waiting), 'open_callback_is_queued_as_marked'],
    ['a mark whose entry is deleted', (tx) => tx`delete from call_queue`, 'open_callback_is_queued_as_marked'],
    [
      'a callback that is born marked',
      (tx) => tx`
        insert into callbacks (user_id, scheduled_for, is_queued, created_at, updated_at)
        values (3, now(), true, now(), now())`,
      'open_callback_is_queued_as_marked',
    ],
    [
      'a claim of an agent who is available',
      async (tx) => {
        await setStatus(tx, 'available')
        await claim(tx)
      },
      'claim_has_agent_at_work',
    ],
    [
      'an agent who becomes available with a claim',
      async (tx) => {
        await claim(tx)
        await checkNow(tx)
        await setStatus(tx, 'available')
      },
      'claim_has_agent_at_work',
    ],
  ]
  test.each(cases)('%s', async (_, write, constraint) => {
    expect(await outcomeOf(write)).toBe(constraint)
  })
})

test('what is wrong only in between is nobody’s business', async () => {
  const outcome = await outcomeOf(async (tx) => {
    await queue(tx, 99, null)
    await queue(tx, 2, unqueued)
    await setStatus(tx, 'available')
    await claim(tx)
    await tx`delete from call_queue where user_id = 99`
    await setStatus(tx, 'busy')
    await mark(tx, unqueued)
  })
  expect(outcome).toBe('done')
})

describe('of two transactions that are right alone and wrong together, one is refused', () => {
  const pairs: [string, first: (tx: Sql) => Promise<unknown>, second: (tx: Sql) => Promise<unknown>, RegExp][] = [
    [
      'an entry of a user, and the deletion of the user',
      (tx) => queue(tx, 3, null),
      (tx) => tx`delete from users where id = 3`,
      /^live_entry_has_user$/,
    ],
    [
      'an entry of a callback, and the deletion of its user',
      async (tx) => {
        await queue(tx, 2, unqueued)
        await mark(tx, unqueued)
      },
      (tx) => tx`delete from users where id = 2`,
      /^live_entry_has_user$/,
    ],
    [
      'an entry in the place of another, and the end of its callback',
      async (tx) => {
        await end(tx, waiting)
        await queue(tx, 1, waiting)
      },
      leave,
      /^(live_entry_has_open_callback|open_callback_is_queued_as_marked)$/,
    ],
    [
      'a claim, and its agent who becomes available',
      claim,
      (tx) => setStatus(tx, 'available'),
      /^claim_has_agent_at_work$/,
    ],
  ]
  const orders = pairs.flatMap(([name, one, other, constraint]) =>
    [false, true].flatMap((isChecked) => [
      { name, isChecked, first: one, second: other, constraint },
      { name: `${name}, the other way round`, isChecked, first: other, second: one, constraint },
    ]),
  )
  test.each(orders)(
    '$name (the first is checked already: $isChecked)',
    async ({ isChecked, first, second, constraint }) => {
      let outcomeOfSecond: Promise<string> | undefined
      const outcomeOfFirst = await outcomeOf(async (tx) => {
        await first(tx)
        if (isChecked) await checkNow(tx)
        outcomeOfSecond = outcomeOf(second)
        await Promise.race([outcomeOfSecond, somebodyWaits()])
      })
      const refused = [outcomeOfFirst, await outcomeOfSecond].filter((outcome) => outcome !== 'done')
      expect(refused).toEqual([expect.stringMatching(constraint)])
    },
  )

  async function somebodyWaits(): Promise<void> {
    await expect
      .poll(() => sql`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`, {
        interval: 5,
      })
      .toHaveLength(1)
  }
})
