import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { openTestApi } from '@ringback/api/testing'
import { beforeAll, expect, test } from 'vitest'
import { foreignProject, runThere, typecheckThere } from './place.ts'

let source: string
beforeAll(async () => {
  await using api = await openTestApi()
  source = (await api.ask(undefined, 'GET', '/openapi.json')).text
})

/** A project with the document in it, and a program that uses what is generated from it. */
function projectWith(program: string): string {
  const place = foreignProject()
  writeFileSync(join(place, 'openapi.json'), source)
  writeFileSync(join(place, 'program.ts'), program)
  return place
}

test('the recommended rules of redocly find no error in the document', async () => {
  const config = await createConfig({ extends: ['recommended'] })
  const found = await lintFromString({ source, config, absoluteRef: '/openapi.json' })
  const errors = found.filter(({ severity }) => severity === 'error')
  expect(errors.map(({ ruleId, message, location }) => `${ruleId} ${message} ${location[0]?.pointer}`)).toEqual([])
})

test('openapi-typescript makes types of it', async () => {
  const place = projectWith(`
    import type { components, operations } from './types.ts'
    const status: components['schemas']['Callback']['status'] = 'accepted'
    // @ts-expect-error There is no such status.
    const wrong: components['schemas']['Callback']['status'] = 'forgotten'
    const kind: components['schemas']['HistoryKind'] = 'snoozed'
    const retryAfter: operations['scheduleCallback']['responses'][429]['headers']['retry-after'] = 7
    console.log(status, wrong, kind, retryAfter)
  `)
  await runThere(place, 'openapi-typescript', 'openapi.json', '--output', 'types.ts')
  expect(await typecheckThere(place)).toBe('')
})

test('hey-api makes a client of it', async () => {
  const place = projectWith(`
    import { scheduleCallback } from './made/index.ts'
    import type { AlertName } from './made/index.ts'
    const { data, error } = await scheduleCallback({ body: { userId: '1', scheduledFor: '2031-11-23T15:00:00Z' } })
    if (error?.code === 'do-not-call') console.log(error.title)
    // @ts-expect-error A promise says to whom.
    await scheduleCallback({ body: { scheduledFor: '2031-11-23T15:00:00Z' } })
    const alert: AlertName = 'tick-late'
    console.log(data?.status === 'pending', alert)
  `)
  await runThere(
    place,
    'openapi-ts',
    '--input',
    'openapi.json',
    '--output',
    'made',
    '--client',
    '@hey-api/client-fetch',
  )
  expect(await typecheckThere(place)).toBe('')
})

test('orval makes a client of it', async () => {
  const place = projectWith(`
    import { scheduleCallback, type AlertName } from './made.ts'
    const { data, status } = await scheduleCallback({ userId: '1', scheduledFor: '2031-11-23T15:00:00Z' })
    if (status === 409) console.log(data.code === 'do-not-call')
    if (status === 201) console.log(data.status === 'pending')
    const alert: AlertName = 'tick-late'
    console.log(alert)
  `)
  await runThere(place, 'orval', '--input', 'openapi.json', '--output', 'made.ts', '--client', 'fetch')
  expect(await typecheckThere(place)).toBe('')
})
