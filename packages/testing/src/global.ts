import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { migrate } from '@ringback/db'
import { startServices } from '@ringback/local'
import postgres from 'postgres'
import type { TestProject } from 'vitest/node'
import { urlOfDatabase } from './database-url.ts'
import type { TestServices } from './services.ts'

/**
 * One Postgres and one Redis for all test files, from when the first one asks for them: tests that need neither are done
 * sooner than the two have started.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let running: Promise<RunningServices> | undefined
  const server = createServer((_, response) => {
    running ??= start()
    running.then(
      ({ services }) => response.end(JSON.stringify(services)),
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
  stop(): Promise<void>
}

/**
 * The servers of DATABASE_URL and REDIS_URL, or our own. The template is migrated once; after that nobody can connect to
 * it, so it can be cloned at any moment.
 */
async function start(): Promise<RunningServices> {
  const servers = await startServices(process.env, { notice: (text) => console.error(text) })
  const { databaseUrl, redisUrl } = servers
  const templateDatabase = `ringback_test_${randomBytes(4).toString('hex')}`
  const appRole = { name: `${templateDatabase}_app`, password: randomBytes(12).toString('hex') }
  const admin = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  try {
    await admin.unsafe(`create database ${templateDatabase}`)
    await admin.unsafe(`create role ${appRole.name} login password '${appRole.password}'`)
    await migrate(urlOfDatabase(databaseUrl, templateDatabase), { appRole: appRole.name })
    await admin.unsafe(`alter database ${templateDatabase} with allow_connections false`)
  } catch (error) {
    await admin.end({ timeout: 1 })
    await servers.stop()
    throw error
  }
  return {
    services: { databaseUrl, redisUrl, templateDatabase, appRole },
    async stop() {
      const left = await admin<{ datname: string }[]>`
        select datname from pg_database where starts_with(datname, ${templateDatabase})`
      for (const { datname } of left) await admin.unsafe(`drop database ${datname} with (force)`)
      await admin.unsafe(`drop role ${appRole.name}`)
      await admin.end({ timeout: 5 })
      await servers.stop()
    },
  }
}
