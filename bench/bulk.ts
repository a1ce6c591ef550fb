import type { BenchOptions } from './benchmarks.ts'
import { openOurs } from './http/sides.ts'
import { tokenOfService } from './http/tokens.ts'
import { compare, millisecondsOf, type Comparison } from './rounds.ts'

const atOnce = 5_000
const goalMs = 5_000

/**
 * A CRM that comes with all it has: 10,000 users and 2,000 callbacks by the bulk routes, one request after the other, each user and
 * callback new, against five seconds.
 */
export async function bulk({ services, isQuick }: BenchOptions): Promise<Comparison[]> {
  const [users, callbacks] = isQuick ? [1_000, 200] : [10_000, 2_000]
  const side = await openOurs(services, 'bulk', async () => {})
  const token = await tokenOfService()
  let firstUser = 1

  async function post(path: string, count: number, itemOf: (index: number) => object): Promise<void> {
    for (let from = 0; from < count; from += atOnce) {
      const items = Array.from({ length: Math.min(atOnce, count - from) }, (_, index) => itemOf(from + index))
      const { answers } = await side.load.send([{ method: 'POST', path, token, body: { items } }])
      const { results } = JSON.parse(answers[0]!) as { results: { status: string }[] }
      const written = results.filter(({ status }) => status === 'created').length
      if (written !== items.length) throw new Error(`${path} has written ${written} of ${items.length}`)
    }
  }

  async function ours() {
    const first = firstUser
    firstUser += users
    const scheduledFor = new Date(Date.now() + 24 * 60 * 60_000).toISOString()
    const ms = await millisecondsOf(async () => {
      await post('/api/users/bulk', users, (index) => ({
        userId: String(first + index),
        name: `User ${first + index}`,
        phone: '+1 202 555 0100',
        timeZone: 'America/New_York',
      }))
      await post('/api/callbacks/bulk', callbacks, (index) => ({
        userId: String(first + index),
        scheduledFor,
        callbackReason: 'Contract questions',
      }))
    })
    return { ms }
  }

  try {
    return await compare(isQuick ? 1 : 5, [
      { name: 'bulk', ours, rival: async () => ({ ms: goalMs }), goals: { ms: { unit: 'ms', atMost: 1 } } },
    ])
  } finally {
    await side.close()
  }
}
