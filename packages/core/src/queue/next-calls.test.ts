import { claimTogether, asAgent, openTestEngine, type TestEngine } from '@ringback/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { claimNextCall, claimNextCalls, peekNextCalls, putQueueUser, releaseClaim } from '../index.ts'

let engine: TestEngine
afterEach(() => engine.close())

const asking = <Input extends { agentId: number }>(inputs: Input[]) =>
  inputs.map((input) => ({ ...input, ...asAgent(input.agentId) }))

async function addOrdinary(
  priorityScore: number,
  queueType: 'unsigned_users' | 'outstanding_requests' = 'unsigned_users',
) {
  const userId = await engine.addUser()
  return putQueueUser(engine.deps, { userId, queueType, priorityScore })
}

/** A callback that a constraint keeps from being claimed: a row that no claim can write. */
async function addBroken(agentId: number) {
  const { id } = await engine.addCallback({ inMinutes: -1, preferredAgentId: agentId, callbackReason: 'poison' })
  await engine.route(id)
  await engine.owner`
    alter table callbacks add constraint poison check (callback_reason <> 'poison' or status <> 'in_progress') not valid`
}

describe.each(['with lanes', 'from Postgres alone'] as const)('next calls of several agents %s', (mode) => {
  beforeEach(async () => {
    engine = await openTestEngine()
    if (mode === 'with lanes') await engine.reconcile()
  })

  test('are each claimed by whoever asks', async () => {
    const agents = [await engine.addAgent('available'), await engine.addAgent('available')]
    for (const agentId of agents) {
      await engine.route((await engine.addCallback({ inMinutes: -1, preferredAgentId: agentId })).id)
    }
    const actors = [
      { role: 'agent', agentId: agents[0]!, sub: 'ada@desk' } as const,
      { role: 'supervisor', sub: 'nina' } as const,
    ]
    const inputs = agents.map((agentId, index) => ({ agentId, actor: actors[index]! }))
    await claimTogether(engine.deps, inputs)
    const claimed = await engine.sql`
      select agent_id, actor from callback_notifications where kind = 'claimed' order by agent_id`
    expect(claimed).toEqual(agents.map((agentId, index) => ({ agentId, actor: actors[index] })))
    const lines = engine.logged.filter(({ msg }) => msg === 'call claimed')
    expect(new Set(lines.map(({ actor }) => actor))).toEqual(new Set(actors))
  })

  test('are each what the agent would get alone', async () => {
    const [own, away, holding, choosy, idle, gone] = [
      await engine.addAgent('available'),
      await engine.addAgent(),
      await engine.addAgent('available'),
      await engine.addAgent('available'),
      await engine.addAgent('available'),
      await engine.addAgent(),
    ]
    const heldEntry = await addOrdinary(0)
    const held = await claimNextCall(engine.deps, { agentId: holding })
    const callback = await engine.addCallback({ inMinutes: -1, preferredAgentId: own })
    await engine.route(callback.id)
    const ordinary = await addOrdinary(1, 'outstanding_requests')
    const inputs = [
      { agentId: own },
      { agentId: away },
      { agentId: holding },
      { agentId: choosy, queueType: 'outstanding_requests' as const },
      { agentId: idle, queueType: 'unsigned_users' as const },
      { agentId: gone, queueType: 'unsigned_users' as const },
    ]
    expect(await peekNextCalls(engine.deps, inputs)).toMatchObject([
      { callback: { id: callback.id } },
      { code: 'agent-not-logged-in' },
      { queueEntry: { id: heldEntry.id } },
      { queueEntry: { id: ordinary.id } },
      undefined,
      { code: 'agent-not-logged-in' },
    ])
    expect(await claimTogether(engine.deps, asking(inputs))).toMatchObject([
      { callback: { id: callback.id }, resumed: false },
      { code: 'agent-not-logged-in' },
      { callSessionId: held!.callSessionId, resumed: true },
      { queueEntry: { id: ordinary.id, claimedByAgentId: choosy }, user: { id: ordinary.userId } },
      undefined,
      { code: 'agent-not-logged-in' },
    ])
  })

  test('one that fails does not fail the others, who get what they would have got', async () => {
    const [unlucky, agentId] = [await engine.addAgent('available'), await engine.addAgent('available')]
    await addBroken(unlucky)
    const { id } = await engine.addCallback({ inMinutes: -1, preferredAgentId: agentId })
    await engine.route(id)
    const ordinary = await addOrdinary(1)
    expect(await claimTogether(engine.deps, [asAgent(unlucky), asAgent(agentId)])).toMatchObject([
      { queueEntry: { id: ordinary.id } },
      { callback: { id } },
    ])
  })

  test('who must wait keeps none of the others waiting', async () => {
    const agents = [await engine.addAgent('available'), await engine.addAgent('available')]
    for (let n = 0; n < 2; n++) await addOrdinary(n)
    let waiting: ReturnType<typeof claimNextCall>
    await engine.sql.begin(async (sql) => {
      await sql`select from agent_sessions where agent_id = ${agents[0]!} for update`
      const claims = await claimNextCalls(engine.deps, agents.map(asAgent))
      expect(await claims[1]).toMatchObject({ queueEntry: { claimedByAgentId: agents[1] } })
      waiting = claims[0]!
    })
    expect(await waiting!).toMatchObject({ queueEntry: { claimedByAgentId: agents[0] } })
  })

  test('an agent who asks in two batches at once gets one call', async () => {
    const agents = await Promise.all([1, 2, 3].map(() => engine.addAgent('available')))
    for (let n = 0; n < 6; n++) await addOrdinary(n)
    const inputs = agents.map((agentId) => ({ agentId }))
    const batches = await Promise.all([1, 2].map(() => claimTogether(engine.deps, asking(inputs))))
    for (const [index, agentId] of agents.entries()) {
      const calls = batches.map((batch) => batch[index])
      expect(calls).toMatchObject([
        { queueEntry: { claimedByAgentId: agentId } },
        { queueEntry: { claimedByAgentId: agentId } },
      ])
      expect(new Set(calls.map((call) => (call as { callSessionId: string }).callSessionId)).size).toBe(1)
    }
    const first = batches[0]![0]
    const { id } = (first as { queueEntry: { id: string } }).queueEntry
    await releaseClaim(engine.deps, { queueEntryId: id })
    // What was handed out to the batch that lost is back in its lane, too.
    const [lowest] = await engine.sql`
      select id from call_queue where status = 'pending' order by priority_score, available_from, id limit 1`
    expect(await claimNextCall(engine.deps, { agentId: await engine.addAgent('available') })).toMatchObject({
      queueEntry: { id: lowest!.id },
    })
  })
})
