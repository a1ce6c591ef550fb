import { inject } from 'vitest'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where `global.ts` says which servers run; it starts them for the first who asks. */
    servicesUrl: string
  }
}

/** The servers that all test files share. */
export interface TestServices {
  /** Connects to the test server as somebody who may create databases and roles. */
  databaseUrl: string
  /** The migrated database that `createTestDatabase` clones. */
  templateDatabase: string
  redisUrl: string
  /** What API and workers are in those databases: not their owner. */
  appRole: { name: string; password: string }
}

/** Tells of the servers, when they run. A test that asks for none waits for none. */
export async function testServices(): Promise<TestServices> {
  const answer = await fetch(inject('servicesUrl'))
  if (!answer.ok) throw new Error(`The servers for the tests could not be started: ${await answer.text()}`)
  return (await answer.json()) as TestServices
}
