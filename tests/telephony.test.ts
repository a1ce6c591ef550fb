import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { claimNextCall } from '@ringback/core'
import { freePort } from '@ringback/local'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApi, type TestApi } from '../apps/api/src/testing/api.ts'
import { tokenOf } from '../apps/api/src/testing/tokens.ts'

const page = readFileSync(join(import.meta.dirname, '../docs/telephony.md'), 'utf8')

let api: TestApi
let env: NodeJS.ProcessEnv
beforeAll(async () => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const twilio = { PUBLIC_URL: url, TWILIO_AUTH_TOKEN: '0123456789abcdef0123456789abcdef' }
  api = await openTestApi(twilio)
  await api.app.listen({ host: '127.0.0.1', port })
  const { engine } = api
  const agentId = await engine.addAgent('available')
  const { id } = await engine.addCallback()
  await engine.route(id)
  const { callSessionId } = (await claimNextCall(engine.deps, { agentId }))!
  const here = { API_URL: url, SERVICE_TOKEN: await tokenOf.service(), CALL_SESSION: callSessionId }
  env = { PATH: process.env['PATH'], ...twilio, ...here }
})
afterAll(() => api.close())

/** Between `<!-- NAME -->` and `<!-- /NAME -->`: commands, each with what it shows. */
function blocksOf(name: string): { commands: string; shown: string }[] {
  const [, part] = page.split(new RegExp(`<!-- /?${name} -->`))
  const blocks = part!.matchAll(/```sh\n(.*?)```\s*```(?:text|json)\n(.*?)```/gs)
  return [...blocks].map(([, commands, shown]) => ({ commands: commands!, shown: shown! }))
}

const asShown = (text: string): unknown => (text.startsWith('{') ? JSON.parse(text) : text.trim())

// `<!-- twilio-by-hand -->` and `<!-- events-by-hand -->`
test.each(['twilio-by-hand', 'events-by-hand'])('%s shows what it says', async (name) => {
  const blocks = blocksOf(name)
  expect(blocks.length).toBeGreaterThan(0)
  for (const { commands, shown } of blocks) {
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', commands], { env })
    expect(asShown(stdout)).toEqual(asShown(shown.replaceAll('https://calls.example.com', env['PUBLIC_URL']!)))
  }
})
