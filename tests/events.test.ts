import { Ringback } from '@ringback/client'
import { readLog, type RingbackEvent } from '@ringback/core'
import { freePort } from '@ringback/local'
import { openTestEngine, patienceMs, startApp } from '@ringback/testing'
import { SignJWT } from 'jose'
import { expect, onTestFinished, test } from 'vitest'

const secret = 'the secret of an API that is killed now and then'
const promises = 120
const promisesWhileDown = 20

test('who listens while its API is killed in the middle of a burst has each event once, in the order of the log', async () => {
  const engine = await openTestEngine()
  onTestFinished(() => engine.close())
  const port = String(await freePort())
  const start = () => startApp(engine, 'api', 'api listens', { API_PORT: port, AUTH_JWT_SECRET: secret })
  let api = await start()
  onTestFinished(() => api.kill())
  const stopping = new AbortController()
  onTestFinished(() => stopping.abort())
  const token = await new SignJWT({ role: 'service' })
    .setSubject('crm')
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret))

  const heard: RingbackEvent[] = []
  const resets: string[] = []
  const stream = new Ringback({ url: `http://127.0.0.1:${port}`, token }).events({ signal: stopping.signal })
  const listening = (async () => {
    for await (const event of stream) {
      if (event.type === 'reset') resets.push(event.data.reason)
      else if ('id' in event) heard.push(event)
    }
  })()
  await expect.poll(() => resets, { timeout: patienceMs }).toEqual(['start'])

  const burst = (async () => {
    for (let n = 0; n < promises; n += 1) await engine.addCallback()
  })()
  await expect.poll(() => heard.length, { timeout: patienceMs, interval: 1 }).toBeGreaterThan(promises / 10)
  await api.kill()
  await burst
  const whileDown: string[] = []
  for (let n = 0; n < promisesWhileDown; n += 1) whileDown.push((await engine.addCallback()).id)
  const told = () => heard.map(({ data }) => ('callbackId' in data ? data.callbackId : undefined))
  expect(whileDown.filter((id) => told().includes(id))).toEqual([])
  api = await start()
  await expect.poll(told, { timeout: patienceMs }).toEqual(expect.arrayContaining(whileDown))
  stopping.abort()
  await listening
  const log = await readLog(engine.sql, undefined, 1_000)
  expect(log).toHaveLength(promises + promisesWhileDown)
  expect(heard.map(({ id }) => id)).toEqual(log === 'gap' ? [] : log.map(({ event }) => event.id))
  expect(resets).toEqual(['start'])
})
