import type { AddressInfo } from 'node:net'
import { openTestApi, tokenOf } from '@ringback/api/testing'
import { Ringback } from '@ringback/client'
import { expect, test } from 'vitest'

test('the client hears of everything once, through a connection that breaks', async () => {
  await using api = await openTestApi()
  await api.app.listen({ host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`
  const ringback = new Ringback({ url, token: await tokenOf.service() })
  await ringback.users.put('1001', { name: 'Ada Example' })
  const promise = async (hour: number) => {
    const { id } = await ringback.callbacks.schedule({ userId: '1001', scheduledFor: `2031-11-23T${hour}:00:00Z` })
    return id
  }

  const stream = ringback.events({ types: ['callback.scheduled'] })
  const made: string[] = []
  const heard: string[] = []
  const resets: string[] = []
  for await (const event of stream) {
    if (event.type === 'reset') {
      resets.push(event.data.reason)
      made.push(await promise(10))
    }
    if (event.type !== 'callback.scheduled') continue
    heard.push(event.data.callbackId)
    if (heard.length === 3) break
    if (heard.length === 1) {
      api.app.server.closeAllConnections()
      for (const hour of [11, 12]) made.push(await promise(hour))
    }
  }
  expect([heard, resets]).toEqual([made, ['start']])
  expect(stream.lastEventId).toEqual(expect.any(String))
})
