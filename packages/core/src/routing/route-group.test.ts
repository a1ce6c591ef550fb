import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTestEngine, type TestEngine } from '../../../../tests/setup/index.ts'
import { routeGroup } from './route-group.ts'

let engine: TestEngine
beforeEach(async () => {
  engine = await openTestEngine()
})
afterEach(() => engine.close())

test('a callback whose routing throws fails alone; the rest of its group is queued', async () => {
  const callbacks = []
  for (let n = 0; n < 9; n++) callbacks.push(await engine.addCallback({ callbackReason: n === 4 ? 'poison' : 'fine' }))
  await engine.sql.unsafe(`
    alter table call_queue add constraint refuses_poison check (queue_reason <> 'Callback: poison')`)
  const results = await routeGroup(
    engine.deps,
    callbacks.map(({ id }) => ({ callbackId: id, runId: null })),
  )
  expect(results.map((result) => (result instanceof Error ? 'error' : result.kind))).toEqual([
    ...Array(4).fill('queued'),
    'error',
    ...Array(4).fill('queued'),
  ])
})
