import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { migrate } from '@ringback/db'
import { startServices } from '@ringback/local'
import postgres from 'postgres'
import type { TestProject } from 'vitest/node'
import { openDatabasePool, type DatabasePool } from './database-pool.ts'
import { urlOfDatabase } from './database-url.ts'
import type { TestServices } from './services.ts'

/** As many tests may need a database at the same moment. */
const connectionsOfAdmin = 4

/**
 * One Postgres and one Redis for all test files, from when the first one asks for them: tests that need neither are done
 * sooner than the two have started.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let running: Promise<RunningServices> | undefined
  const server = createServer((request, response) => {
    running ??= start()
    response.setHeader('connection', 'close') // Who computes for long would find out late that an idle one is closed.
    running
      .then((services) => answer(services, request))
      .then(
        (text) => response.end(text),
        (error: Error) => response.writeHead(500).end(error.message),
      )
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  project.provide('servicesUrl', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)

  return async () => {
    server.close()
    await (await running)?.stop()
  }
}

interface RunningServices {
  services: TestServices
  databases: DatabasePool
  stop(): Promise<void>
}

async function answer({ services, databases }: RunningServices, { method, url }: IncomingMessage): Promise<string> {
  if (url === '/') return JSON.stringify(services)
  const which = url!.split('/').at(-1)!
  if (method === 'POST') return which === 'new' ? databases.create() : databases.take()
  await databases.giveBack(which)
  return ''
}

/** The servers of DATABASE_URL and REDIS_URL, or our own, with a template that is migrated once. */
async function start(): Promise<RunningServices> {
  const servers = await startServices(process.env, { notice: (text) => console.error(text) })
  const { databaseUrl, redisUrl } = servers
  const templateDatabase = `ringback_test_${randomBytes(4).toString('hex')}`
  const appRole = { name: `${templateDatabase}_app`, password: randomBytes(12).toString('hex') }
  const admin = postgres(databaseUrl, { max: connectionsOfAdmin, onnotice: () => {} })
  try {
    await admin.unsafe(`create database ${templateDatabase}`)
    await admin.unsafe(`create role ${appRole.name} login password '${appRole.password}'`)
    await migrate(urlOfDatabase(databaseUrl, templateDatabase), { appRole: appRole.name })
    const databases = await openDatabasePool(admin, databaseUrl, templateDatabase)
    return {
      services: { databaseUrl, redisUrl, templateDatabase, appRole },
      databases,
      async stop() {
        await databases.close()
        await admin.unsafe(`drop role ${appRole.name}`)
        await admin.end({ timeout: 5 })
        await servers.stop()
      },
    }
  } catch (error) {
    await admin.end({ timeout: 1 })
    await servers.stop()
    throw error
  }
}
