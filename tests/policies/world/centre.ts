import { keepCalendars, policyDocument, putPolicy, scanDue, takeOutClosed } from '@ringback/core'
import { openTestEngine, type TestEngine } from '@ringback/testing'
import { momentOf } from './example.ts'

export const queueType = 'outstanding_requests'
export const minute = 60_000

/** The engine of an example: it is 10:00 on a Monday, and agents are heard of all the time. */
export interface Centre extends TestEngine {
  /** Stores the policy of the queue, as the document has it. */
  store(document: unknown): Promise<unknown>
  /** Lets time pass to `10:05`, each minute with its tick. */
  passTo(time: string): Promise<void>
}

export async function openCentre(): Promise<Centre> {
  const engine = await openTestEngine({ rules: { agentTimeoutMs: 0 } })
  const { deps, time } = engine
  await keepCalendars(deps)

  async function tick() {
    await takeOutClosed(deps)
    for await (const { callbacks } of scanDue(deps, time.now())) {
      await engine.route(...callbacks.map(({ callbackId }) => callbackId))
    }
  }

  return {
    ...engine,
    store: (document) => putPolicy(deps, { queueType, document: policyDocument.parse(document) }),
    async passTo(text) {
      const until = momentOf(text)
      if (until < time.now()) throw new Error(`An example goes back to ${text}`)
      await tick()
      while (time.now() < until) {
        time.advance(minute)
        await tick()
      }
    },
  }
}
