import { createServer, type Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { freePort, isPortFree, onFreePort } from './ports.ts'

const servers: Server[] = []

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
})

function listen(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    servers.push(server)
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
}

test('a start whose port was taken meanwhile is tried again on another one', async () => {
  const tried: number[] = []
  const port = await onFreePort(undefined, async (candidate) => {
    tried.push(candidate)
    if (tried.length === 1) await listen(candidate) // somebody else is faster
    await listen(candidate)
    return candidate
  })
  expect(tried).toHaveLength(2)
  expect(port).toBe(tried[1])
})

test('a start that fails for another reason, or on a fixed port, fails at once', async () => {
  const tried: number[] = []
  const fail = async (candidate: number): Promise<never> => {
    tried.push(candidate)
    throw new Error('broken')
  }
  await expect(onFreePort(undefined, fail)).rejects.toThrow('broken')
  const port = await freePort()
  await listen(port)
  await expect(onFreePort(port, fail)).rejects.toThrow('broken')
  expect(tried).toHaveLength(2)
})

test('knows whether a port is free', async () => {
  const port = await freePort()
  expect(await isPortFree(port)).toBe(true)
  await listen(port)
  expect(await isPortFree(port)).toBe(false)
})
