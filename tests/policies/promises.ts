import {
  acceptCallback,
  cancelCallback,
  claimNextCall,
  completeCall,
  listBlocks,
  putUser,
  recordOutcome,
  reportPromises,
  scheduleUnlessPromised,
  snoozeCallback,
  startCall,
} from '@ringback/core'
import { outcomeTypes, promises as verdictsOf, type OutcomeType } from '@ringback/db'
import { expect } from 'vitest'
import { minute, openCentre, type Centre } from './world/centre.ts'
import { momentOf, read, type Run } from './world/example.ts'

/** What becomes of a promise. */
export const promises: Record<string, Run> = {
  async Retries({ documents, table }) {
    await using centre = await openCentre()
    const { deps } = centre
    await centre.store(documents[0])
    const agentId = await centre.addAgent('available')
    const { id } = await centre.addCallback()
    for (const [at, outcome, again] of table('called at', 'outcome', 'called again at')) {
      centre.time.set(momentOf(at))
      await centre.route(id)
      const { callSessionId } = (await claimNextCall(deps, { agentId }))!
      const { retry, callback } = await recordOutcome(deps, { callSessionId, outcomeType: outcomeOf(outcome) })
      const [result] = read(again, /^(?:never: (\w+)|.*\d)$/)
      expect(retry?.at).toEqual(result ? undefined : momentOf(again))
      expect(callback).toMatchObject(result ? { status: 'completed', result } : { status: 'pending' })
    }
  },

  async 'Reached first'({ documents, table }) {
    await using centre = await openCentre()
    const { deps } = centre
    await centre.store(documents[0])
    const userId = await centre.addUser()
    const rows = table('promised for', 'when the customer has called in on Monday at 14:00')
    const promised = new Map<string, string>()
    for (const [at] of rows) {
      promised.set((await centre.addCallback({ userId, scheduledFor: momentOf(at) })).id, at)
    }
    centre.time.set(momentOf('14:00'))
    const { session } = await startCall(deps, { userId, direction: 'inbound' })
    const { endedCallbacks } = await recordOutcome(deps, { callSessionId: session.id, outcomeType: 'resolved' })
    const ended = new Set(endedCallbacks.map(({ id }) => promised.get(id)))
    for (const [at, becomes] of rows) {
      const [hasEnded] = read(becomes, /^(?:(it has ended)|it is called)$/)
      expect([at, ended.has(at)]).toEqual([at, hasEnded !== undefined])
    }
  },

  async 'The do-not-call list'({ documents, table }) {
    for (const [outcome, onTheList, promise] of table('outcome', 'on the list then', 'the promise for Tuesday')) {
      await using centre = await openCentre()
      const { deps } = centre
      await centre.store(documents[0])
      const agentId = await centre.addAgent('available')
      await putUser(deps, { userId: '1001', name: 'Customer', phone: '+1 202 555 0143' })
      const { id } = await centre.addCallback({ userId: '1001' })
      const later = await centre.addCallback({ userId: '1001', scheduledFor: momentOf('Tue 10:00') })
      await centre.route(id)
      const { callSessionId } = (await claimNextCall(deps, { agentId }))!
      await recordOutcome(deps, { callSessionId, outcomeType: outcomeOf(outcome) })
      const subjects = (await listBlocks(deps, { limit: 10 })).items.map(({ subject }) => subject)
      expect(subjects.toSorted().join(' and ') || 'nobody').toBe(onTheList)
      expect((await centre.callback(later.id)).status).toBe(promise)
    }
  },

  async 'The same promise twice'({ table }) {
    for (const [first, then, answer] of table('Ada promises 15:00 to user 1001', 'then', 'the answer')) {
      await using centre = await openCentre()
      const { deps } = centre
      const [ada, ben] = [await centre.addAgent('available'), await centre.addAgent('available')]
      const userId = await centre.addUser()
      for (const agentId of [ada, ben]) await haveSpoken(centre, agentId, userId)
      const [forHerself, isCalling] = read(first, /^(?:(for herself)|(and is calling)|for anybody)$/)
      const made = await centre.addCallback({
        userId,
        scheduledFor: momentOf('15:00'),
        preferredAgentId: forHerself ? ada : null,
      })
      if (isCalling) {
        centre.time.set(momentOf('15:00'))
        await acceptCallback(deps, { callbackId: made.id, agentId: ada })
        await claimNextCall(deps, { agentId: ada })
      }
      const [by, at] = read(then, /^(Ada|Ben|a service) promises (\d\d:\d\d)(?:, in that call)?$/)
      const askedBy = { Ada: ada, Ben: ben }[by!]
      const { callback, isNew } = await scheduleUnlessPromised(deps, {
        userId,
        scheduledFor: momentOf(at!),
        ...(askedBy !== undefined && { askedBy, preferredAgentId: askedBy }),
      })
      const [status] = read(answer, /^(201(?=$|:)|200(?=, Ada's promise$))/)
      expect(isNew).toBe(status === '201')
      expect(callback.id === made.id).toBe(status === '200')
    }
  },

  async 'How promises were kept'({ table }) {
    for (const [what, verdict, lateness] of table('promised for 15:00, and', 'is', 'latenessSeconds')) {
      await using centre = await openCentre()
      const { deps, time } = centre
      const agentId = await centre.addAgent('available')
      const { id: callbackId } = await centre.addCallback({ scheduledFor: momentOf('15:00') })
      time.set(momentOf('14:50'))
      const [snoozedBy, how, at] = read(
        what,
        /^(?:snoozed by (\d+) minutes, )?(called at|cancelled at|not called by) (\d\d:\d\d)$/,
      )
      if (snoozedBy) await snoozeCallback(deps, { callbackId, agentId, minutes: Number(snoozedBy) })
      time.set(momentOf(at!))
      if (how === 'cancelled at') await cancelCallback(deps, { callbackId })
      if (how === 'called at') {
        await acceptCallback(deps, { callbackId, agentId })
        const { callSessionId } = (await claimNextCall(deps, { agentId }))!
        time.advance(minute)
        await recordOutcome(deps, { callSessionId, outcomeType: 'no_answer' })
      }
      const day = { from: momentOf('00:00'), to: momentOf('Tue 00:00'), timeZone: 'UTC' }
      const { total } = await reportPromises(deps, { ...day, groupBy: 'result' })
      expect(verdictsOf.verdicts.filter((each) => total[each] > 0)).toEqual([verdict])
      expect(total.latenessSeconds.p95).toBe(lateness === '' ? null : Number(lateness))
    }
  },
}

/** An agent promises nothing to a user whom it does not know. */
async function haveSpoken({ deps }: Centre, agentId: number, userId: string): Promise<void> {
  const { session } = await startCall(deps, { userId, agentId, direction: 'inbound' })
  await completeCall(deps, { callSessionId: session.id })
}

function outcomeOf(text: string): OutcomeType {
  const outcome = outcomeTypes.find((each) => each === text)
  if (!outcome) throw new Error(`An example has the outcome ${text}`)
  return outcome
}
