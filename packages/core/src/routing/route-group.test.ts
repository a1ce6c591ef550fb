import { randomUUID } from 'node:crypto'
import { cronRuns } from '@ringback/db'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { routeGroup } from './route-group.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

/** Nine callbacks, the fifth of which makes Postgres raise an error when it is queued. Returns what becomes of each. */
async function routeWithPoison(errorCode: string): Promise<string[]> {
  const callbacks = []
  for (let n = 0; n < 9; n++) callbacks.push(await engine.addCallback({ callbackReason: n === 4 ? 'poison' : 'fine' }))
  await engine.owner.unsafe(`
    create function refuse_poison() returns trigger language plpgsql as $$
      begin
        if new.queue_reason = 'Callback: poison' then raise 'refused' using errcode = '${errorCode}'; end if;
        return new;
      end $$;
    create trigger refuses_poison before insert on call_queue for each row execute function refuse_poison()`)
  const results = await routeGroup(
    engine.deps,
    callbacks.map(({ id }) => ({ callbackId: id, runId: null })),
  )
  return results.map((result) => (result instanceof Error ? 'error' : result.kind))
}

const allButThePoison = [...Array<string>(4).fill('queued'), 'error', ...Array<string>(4).fill('queued')]

test.each([
  ['violates a constraint', '23514'],
  ['takes too long', '57014'],
  ['waits too long for a lock', '55P03'],
])('a callback whose routing %s fails alone; the rest of its group is queued', async (_, errorCode) => {
  expect(await routeWithPoison(errorCode)).toEqual(allButThePoison)
})

test('when Postgres goes away nobody is looked for', async () => {
  await expect(routeWithPoison('57P01')).rejects.toThrow('refused')
})

test('a group that is routed again for the same run, as it is not known whether it was, counts once', async () => {
  const runId = randomUUID()
  await cronRuns.start(engine.sql, runId, 'manual', engine.time.now())
  const [queued, deferred] = [await engine.addCallback(), await engine.addCallback()]
  await engine.sql`update callbacks set user_id = ${queued.userId}`
  const jobs = [queued, deferred].map(({ id }) => ({ callbackId: id, runId }))
  for (let n = 0; n < 3; n++) await routeGroup(engine.deps, jobs)
  const counts = { settled: 2, processed: 2, notified: 1, unassigned: 1, deferred: 1 }
  expect(await cronRuns.get(engine.sql, runId)).toMatchObject(counts)
})

test('an earlier promise of the customer that somebody holds goes first all the same', async () => {
  const [earlier, later] = [await engine.addCallback({ inMinutes: -1 }), await engine.addCallback()]
  await engine.sql`update callbacks set user_id = ${earlier.userId}`
  await engine.sql.begin(async (holder) => {
    await holder`select from callbacks where id = ${earlier.id} for update`
    expect(await engine.route(earlier.id, later.id)).toEqual([{ kind: 'busy' }, { kind: 'deferred' }])
  })
  expect(await engine.route(earlier.id, later.id)).toMatchObject([{ kind: 'queued' }, { kind: 'deferred' }])
})
