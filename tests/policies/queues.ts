import {
  acceptCallback,
  claimNextCall,
  closeSession,
  completeCall,
  DomainError,
  monitor,
  putAgent,
  putPolicy,
  putQueue,
  putQueueUser,
  putSession,
  putUser,
  recordOutcome,
  removeQueueUser,
  reportPolicy,
  snoozeCallback,
  startCall,
} from '@ringback/core'
import { agentSessions, agentStatuses, type AgentStatus, type Callback } from '@ringback/db'
import { expect } from 'vitest'
import { problemCatalogue } from '../../apps/api/src/problems/catalogue.ts'
import { minute, openCentre, queueType } from './world/centre.ts'
import { momentOf, read, type Run } from './world/example.ts'

/** Who is handed a promise, and when. */
export const queues: Record<string, Run> = {
  async 'Queues and skills'({ documents, table }) {
    await using centre = await openCentre()
    const { deps } = centre
    await putQueue(deps, { queueType: 'vip', name: 'Important customers' })
    const ada = await centre.addAgent('available')
    centre.time.advance(minute)
    const ben = await centre.addAgent('available')
    await putAgent(deps, { agentId: ada, ...(documents[0] as { firstName: string; queueTypes: string[] }) })
    const ids: Record<string, number | null> = { Ada: ada, Ben: ben, nobody: null }
    for (const [ofQueue, prefers, status, goesTo] of table('a callback for', 'prefers', 'while Ben is', 'goes to')) {
      await putSession(deps, { agentId: ben, status: statusOf(status) })
      const { id } = await centre.addCallback({ queueType: ofQueue, preferredAgentId: ids[prefers] })
      await centre.route(id)
      expect((await centre.entryOf(id))!.assignedToAgentId).toBe(ids[goesTo])
    }
  },

  async Policies({ table }) {
    await using centre = await openCentre()
    const { deps } = centre
    for (const [document, ifMatch, answer] of table('the document', 'If-Match', 'the answer')) {
      const ifVersion = ifMatch === '' ? undefined : Number(ifMatch)
      const put = putPolicy(deps, { queueType, document: JSON.parse(document), ifVersion })
      expect(await put.then(({ version }) => `version ${version}`, problemOf)).toBe(answer)
      if (answer.startsWith('version')) {
        const holds = { ...reportPolicy, ...JSON.parse(document) }
        expect(await deps.policies.of(centre.sql, queueType)).toEqual(holds)
      }
    }
  },

  async 'Only this agent'({ documents, table }) {
    await using centre = await openCentre()
    const { deps } = centre
    const {
      userId,
      scheduledFor,
      owner,
      preferredAgentId: ada,
    } = documents[0] as Record<'userId' | 'scheduledFor', string> & {
      owner: 'only'
      preferredAgentId: number
    }
    await putUser(deps, { userId, name: 'Customer' })
    await putAgent(deps, { agentId: ada, firstName: 'Ada' })
    await putSession(deps, { agentId: ada, status: 'available' })
    const ben = await centre.addAgent('available')
    const { id } = await centre.addCallback({
      userId,
      scheduledFor: new Date(scheduledFor),
      preferredAgentId: ada,
      owner,
    })
    for (const [at, does, becomes] of table('at', 'Ada', 'the callback')) {
      await centre.passTo(at)
      if (does === 'logs out') await closeSession(deps, ada)
      if (does === 'logs in') await putSession(deps, { agentId: ada, status: 'available' })
      await centre.passTo(at)
      const [waits, alert] = read(becomes, /^(?:(waits)(?:, and the alert ([a-z-]+) stands)?|is called by her)$/)
      const standing = (await monitor(deps, { hours: 1 })).alerts.map(({ name }) => name)
      expect(standing.filter((name) => name === 'owner-missing')).toEqual(alert ? [alert] : [])
      expect(await claimNextCall(deps, { agentId: ben })).toBeUndefined()
      if (waits) expect(await centre.entryOf(id)).toBeUndefined()
      else expect(await claimNextCall(deps, { agentId: ada })).toMatchObject({ callback: { id } })
    }
  },

  async 'Waiting for the preferred agent'({ documents, table }) {
    const rows = table('Ada is back at', 'Ben knows of it from', 'it is called by', 'at')
    for (const [back, known, caller, calledAt] of rows) {
      await using centre = await openCentre()
      const { deps } = centre
      await centre.store(documents[0])
      const [ada, ben] = [await centre.addAgent('available'), await centre.addAgent('available')]
      await closeSession(deps, ada)
      const { id } = await centre.addCallback({ preferredAgentId: ada })
      let knownAt: Date | undefined
      let called: { by: string; at: Date } | undefined
      for (let at = momentOf('10:00'); !called; at = new Date(at.getTime() + minute)) {
        const time = at.toISOString().slice(11, 16)
        await centre.passTo(time)
        if (time === back) await putSession(deps, { agentId: ada, status: 'available' })
        await centre.passTo(time)
        if ((await centre.entryOf(id))?.assignedToAgentId === ben) knownAt ??= at
        if (await claimNextCall(deps, { agentId: ben })) called = { by: 'Ben', at }
        if (time >= back && (await claimNextCall(deps, { agentId: ada }))) called = { by: 'Ada', at }
      }
      expect(called).toEqual({ by: caller, at: momentOf(calledAt) })
      expect(knownAt).toEqual(known === 'never' ? undefined : momentOf(known))
    }
  },

  async Escalation({ documents, table }) {
    await using centre = await openCentre()
    const { deps } = centre
    await centre.store(documents[0])
    const [ada, ben] = [await centre.addAgent('available'), await centre.addAgent('available')]
    const { id } = await centre.addCallback({ preferredAgentId: ada })
    for (const [at, isHanded] of table('Ben asks at', 'and is handed')) {
      await centre.passTo(at)
      expect((await claimNextCall(deps, { agentId: ben }))?.callback?.id).toBe(isHanded === 'nobody' ? undefined : id)
    }
  },

  async 'Customers in a call'({ table }) {
    for (const [endsAt, asksAt, isHanded] of table('the call ends at', 'Ben asks at', 'and is handed')) {
      await using centre = await openCentre()
      const { deps } = centre
      const ben = await centre.addAgent('available')
      const { id, userId } = await centre.addCallback()
      const { session } = await startCall(deps, { userId, direction: 'inbound' })
      if (endsAt !== 'never' && endsAt <= asksAt) {
        await centre.passTo(endsAt)
        await completeCall(deps, { callSessionId: session.id })
      }
      await centre.passTo(asksAt)
      expect((await claimNextCall(deps, { agentId: ben }))?.callback?.id).toBe(isHanded === 'nobody' ? undefined : id)
    }
  },

  async 'The ordinary place while a promise is put off'({ table }) {
    const rows = table('ordinaryWhilePromised', 'ordinaryPlace', 'the customer is called at', 'by')
    for (const [ordinaryWhilePromised, ordinaryPlace, calledAt, by] of rows) {
      await using centre = await openCentre()
      const { deps } = centre
      await centre.store({ ordinaryWhilePromised })
      const ben = await centre.addAgent('available')
      const { id, userId } = await centre.addCallback()
      await putQueueUser(deps, { userId, queueType, priorityScore: 1 })
      const snoozed = await snoozeCallback(deps, { callbackId: id, agentId: ben, minutes: 10 })
      expect(snoozed).toMatchObject({ ordinaryPlace })
      let call
      for (let at = momentOf('10:00'); !call; at = new Date(at.getTime() + minute)) {
        await centre.passTo(at.toISOString().slice(11, 16))
        call = await claimNextCall(deps, { agentId: ben })
      }
      expect(centre.time.now()).toEqual(momentOf(calledAt))
      expect(call.callback?.id).toBe(by === 'the promise' ? id : undefined)
    }
  },

  async 'A share for callbacks'({ documents, table }) {
    await using centre = await openCentre()
    const { deps } = centre
    await centre.store(documents[0])
    // Busy: nothing is given to an agent but what it asks for.
    const agentId = await centre.addAgent('busy')
    let ordinary: string | undefined
    for (const [, waits, gets, credit] of table('call', 'waits', 'gets', 'credit then')) {
      const [accepts, alone] = read(
        waits,
        /^(?:(what it accepted, and both)|(callbacks alone)|callbacks and ordinary users)$/,
      )
      if (alone && ordinary) await removeQueueUser(deps, { userId: ordinary, queueType })
      if (!alone) {
        ordinary ??= await centre.addUser()
        await putQueueUser(deps, { userId: ordinary, queueType, priorityScore: 5 })
      }
      await centre.route((await centre.addCallback({ inMinutes: -1 })).id)
      const accepted = accepts && (await centre.addCallback())
      if (accepted) await acceptCallback(deps, { callbackId: accepted.id, agentId })
      const call = (await claimNextCall(deps, { agentId }))!
      const got = !call.callback
        ? 'an ordinary user'
        : isSame(call.callback, accepted)
          ? 'what it accepted'
          : 'a callback'
      await recordOutcome(deps, { callSessionId: call.callSessionId, outcomeType: 'resolved' })
      const session = await agentSessions.getOpen(centre.sql, agentId)
      expect([got, session?.callbackCredit]).toEqual([gets, Number(credit)])
    }
  },
}

function isSame(callback: Callback, other: Callback | undefined | ''): boolean {
  return callback.id === (other || undefined)?.id
}

function statusOf(text: string): AgentStatus {
  const status = agentStatuses.find((each) => each === text)
  if (!status) throw new Error(`An example says that an agent is ${text}`)
  return status
}

/** A refusal as HTTP has it. */
function problemOf(error: unknown): string {
  if (!(error instanceof DomainError)) throw error
  return `${problemCatalogue[error.code].status} ${error.code}`
}
