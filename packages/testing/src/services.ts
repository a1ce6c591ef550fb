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
  /** The migrated database that all others are clones of. */
  templateDatabase: string
  redisUrl: string
  /** What API and workers are in those databases: not their owner. */
  appRole: { name: string; password: string }
}

/** Tells of the servers, when they run. A test that asks for none waits for none. */
export async function testServices(): Promise<TestServices> {
  return JSON.parse(await ask('GET', '/')) as TestServices
}

/** Takes a database, `new` or `any`, and returns its name; or gives one of that name back. */
export async function askForDatabase(method: 'POST' | 'DELETE', which: string): Promise<string> {
  return ask(method, `/databases/${which}`)
}

async function ask(method: string, path: string): Promise<string> {
  const answer = await fetch(`${inject('servicesUrl')}${path}`, { method })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`The servers for the tests do not answer as they should: ${text}`)
  return text
}
