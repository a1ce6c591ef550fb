import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '@ringback/local'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestEngine, startApp, type AppProcess, type TestEngine } from './setup/index.ts'

const run = promisify(execFile)
const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
const secret = 'the secret of the walk-through, which is long enough'

let engine: TestEngine
let processes: AppProcess[]
let home: string
let port: number
beforeAll(async () => {
  engine = await openTestEngine()
  home = mkdtempSync(join(tmpdir(), 'ringback-readme-'))
  port = await freePort()
  processes = await Promise.all([
    startApp(engine, 'api', 'api listens', { API_PORT: String(port), AUTH_JWT_SECRET: secret }),
    startApp(engine, 'worker', 'worker started'),
  ])
})
afterAll(async () => {
  await Promise.all(processes.map((process) => process.kill()))
  await engine.close()
  rmSync(home, { recursive: true })
})

function token(claims: { role: string; agentId?: number; sub?: string }) {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret))
}

test('the walk-through of the README works, word for word', async () => {
  mkdirSync(join(home, '.ringback'))
  writeFileSync(
    join(home, '.ringback/env'),
    `export API_URL=http://127.0.0.1:${port}
     export AGENT_TOKEN=${await token({ role: 'agent', agentId: 90 })}
     export SERVICE_TOKEN=${await token({ role: 'service', sub: 'readme' })}`,
  )
  const [, walkThrough] = /<!-- walk-through -->(.*)<!-- \/walk-through -->/s.exec(readme)!
  const script = [...walkThrough!.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block).join('\n')
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: home })

  const answers = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(answers).toMatchObject([
    { userId: '90001', name: 'Ada Example' },
    { agentId: 90, firstName: 'Grace' },
    { status: 'available' },
    { success: true, results: { processed: 1, notified: 1, errors: 0 } },
    { callbacks: [{ userId: '90001', status: 'pending' }] },
    { callback: { status: 'accepted' }, queueEntry: { priorityScore: -2000 } },
    { callSession: { lastOutcomeType: 'resolved' }, callback: { status: 'completed' } },
    {
      status: 'completed',
      history: ['scheduled', 'queued', 'accepted', 'claimed', 'completed'].map((kind) => ({ kind })),
    },
  ])
})
