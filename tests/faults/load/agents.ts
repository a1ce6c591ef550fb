import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { hasHours, markOf, refuses, sharedUser, type Crew } from './crew.ts'
import type { Answer, PatientClient } from './patient-client.ts'

const idleMs = 400
const longestAbsenceMs = 500
const noAnswerPercent = 5

/**
 * An agent at work: mostly it makes calls. Now and then it accepts or puts off a callback of its own, gives a claim back,
 * takes a call, goes away for a moment, or logs out and in again.
 */
export async function work(crew: Crew, agentId: number): Promise<void> {
  const { random, stopping } = crew
  const agent = await crew.client({ role: 'agent', agentId })
  const own = `/api/agents/${agentId}`
  const become = (status: string) => agent.call('PUT', `${own}/session`, { status })
  const absence = () => pause(random.below(longestAbsenceMs))

  async function ownPending(): Promise<string | undefined> {
    return (await agent.call('GET', `${own}/pending-callbacks`))?.body.callbacks?.[0]?.id
  }

  const besides: [percent: number, doIt: () => Promise<unknown>][] = [
    [
      10,
      async () => {
        const callbackId = await ownPending()
        if (callbackId) await agent.call('POST', '/api/callbacks/accept', { callbackId, agentId })
      },
    ],
    [
      3,
      async () => {
        const callbackId = await ownPending()
        if (callbackId) await agent.call('POST', '/api/callbacks/snooze', { callbackId, agentId, minutes: 1 })
      },
    ],
    [4, () => takeCall(crew, agent)],
    [3, () => become('away').then(absence)],
    [2, () => agent.call('DELETE', `${own}/session`).then(absence)],
  ]

  await become('available')
  while (!stopping.aborted) {
    let dice = random.below(100)
    const beside = besides.find(([percent]) => (dice -= percent) < 0)
    await beside?.[1]()
    if (beside) await become('available')
    const claim = await agent.call('POST', `${own}/next-call`)
    if (claim?.status === 200) await makeCall(crew, claim, agent)
    else if (claim?.status === 409) await become('available')
    else await pause(idleMs)
  }
}

async function makeCall(crew: Crew, { body }: Answer, agent: PatientClient): Promise<void> {
  const callSessionId = body.callSessionId!
  crew.books.claimed.add(callSessionId)
  if (crew.random.chance(5)) {
    // Sent again without a key it might give back the next claim of the same entry.
    await agent.call('POST', `/api/queue-entries/${body.queueEntry!.id}/release`, undefined, { isKeyed: true })
    return
  }
  const userId = body.user?.userId ?? ''
  const isAnswered = !crew.random.chance(noAnswerPercent)
  const outcomeType = !isAnswered ? 'no_answer' : refuses(userId) ? 'do_not_call' : 'resolved'
  await recordOutcome(crew, agent, callSessionId, { outcomeType, mayPromise: !refuses(userId) && !hasHours(userId) })
}

/** A customer calls, and may be promised to be called back. */
async function takeCall(crew: Crew, agent: PatientClient): Promise<void> {
  const body = { userId: sharedUser(crew.random), direction: 'inbound', twilioCallSid: randomUUID() }
  const session = await agent.call('POST', '/api/call-sessions', body)
  if (!session?.body.id) return
  if (crew.random.chance(30)) await agent.call('POST', `/api/call-sessions/${session.body.id}/complete`)
  await recordOutcome(crew, agent, session.body.id, { outcomeType: 'resolved', mayPromise: true })
}

async function recordOutcome(
  crew: Crew,
  agent: PatientClient,
  callSessionId: string,
  { outcomeType, mayPromise }: { outcomeType: string; mayPromise: boolean },
): Promise<void> {
  const { books, random, promising } = crew
  const promisesMore = mayPromise && random.chance(5) && !promising.aborted
  const outcome = await agent.call('POST', `/api/call-sessions/${callSessionId}/outcome`, {
    outcomeType,
    ...(promisesMore && {
      nextCallback: { scheduledFor: new Date().toISOString(), callbackReason: markOf(randomUUID()) },
    }),
  })
  if (outcome?.status !== 200) return
  books.outcomes.set(callSessionId, outcomeType)
  if (outcome.body.nextCallback) books.promised.add(outcome.body.nextCallback.id)
}
