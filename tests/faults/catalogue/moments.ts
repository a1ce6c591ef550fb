import type { Held } from '@ringback/testing/proxy'
import type { App } from '../world/app.ts'

/** What the network sees at the moments at which a process may die. */
const moments = {
  'in the transaction that routes': { server: 'postgres', from: 'client', text: '"kind":"queued"' },
  'after commit, before the lane write': { server: 'redis', from: 'client', text: ':lanes:never' },
  'after commit, before the answer': { server: 'postgres', from: 'server', text: 'COMMIT\0' },
  'after the claim, before its answer': { server: 'postgres', from: 'server', text: 'in_progress' },
  'after the proposal, before the claim': { server: 'redis', from: 'server', text: 'entry\r\n' },
} as const

export type Moment = keyof typeof moments

const reachedWithinMs = 60_000

/** The first of some processes that comes to a moment. What it sends or gets there is held back until it is let go. */
export async function firstAt(apps: App[], moment: Moment): Promise<Held & { app: App }> {
  const { server, from, text } = moments[moment]
  const held = apps.map((app) => ({ app, ...app.proxies[server]!.hold(from, text) }))
  const deadline = AbortSignal.timeout(reachedWithinMs)
  const never = new Promise<never>((_, reject) => {
    deadline.addEventListener('abort', () => reject(new Error(`No process came to the moment "${moment}"`)))
  })
  const first = await Promise.race([...held.map(async (it) => (await it.reached, it)), never])
  for (const it of held) if (it !== first) it.letGo()
  return first
}
