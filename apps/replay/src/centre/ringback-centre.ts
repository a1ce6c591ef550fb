import {
  acceptCallback,
  claimNextCall,
  closeSession,
  completeCall,
  getCallback,
  heartbeat,
  listCallbacks,
  listPendingCallbacks,
  putAgent,
  putSession,
  putUser,
  recordOutcome,
  scheduleCallback,
  startCall,
  type Deps,
} from '@ringback/core'
import type { Centre } from './centre.ts'

const pageSize = 50

/** Ringback, by the steps that a desktop takes through the API. */
export function ringbackCentre(deps: Deps, { runMinute, settle }: Pick<Centre, 'runMinute' | 'settle'>): Centre {
  async function* pendingCallbacks(agentId: number) {
    let page = await listPendingCallbacks(deps, { agentId, limit: pageSize })
    yield* page.items
    while (page.next) {
      page = await listPendingCallbacks(deps, { agentId, limit: pageSize, after: page.next })
      yield* page.items
    }
  }

  return {
    now: () => deps.clock.now(),
    async addCustomer(userId) {
      await putUser(deps, { userId, name: `Customer ${userId}` })
    },
    async addAgent({ agentId, name }) {
      await putAgent(deps, { agentId, firstName: name, lastName: '' })
    },
    async putSession(agentId, status) {
      await putSession(deps, { agentId, status })
    },
    async closeSession(agentId) {
      await closeSession(deps, agentId)
    },
    heartbeat: (agentId) => heartbeat(deps, agentId),
    async beginCall(call) {
      const { session } = await startCall(deps, { ...call, direction: 'inbound' })
      return session.id
    },
    async endCall(call) {
      await completeCall(deps, call)
    },
    async resolveCall(call) {
      await recordOutcome(deps, { ...call, outcomeType: 'resolved' })
    },
    promise: (wish) => scheduleCallback(deps, wish),
    async hasOpenPromise(userId) {
      const { items } = await listCallbacks(deps, { filter: { userId }, limit: 200 })
      return items.some(({ status }) => status !== 'completed' && status !== 'cancelled')
    },
    async acceptWhatIsDue(agentId) {
      const now = deps.clock.now()
      for await (const { id, scheduledFor } of pendingCallbacks(agentId)) {
        if (scheduledFor > now) return
        const { queueEntry } = await getCallback(deps, id, { limit: 1 })
        if (queueEntry?.status !== 'assigned' || queueEntry.assignedToAgentId !== agentId) continue
        await acceptCallback(deps, { callbackId: id, agentId })
        return
      }
    },
    async claimNextCall(agentId) {
      const call = await claimNextCall(deps, { agentId })
      if (!call) return undefined
      if (!call.callback) throw new Error(`Agent ${agentId} claimed ${call.queueEntry.id}, which is no callback`)
      return { callSessionId: call.callSessionId, callbackId: call.callback.id }
    },
    runMinute,
    settle,
  }
}
