import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const mainPath = fileURLToPath(new URL('./main.ts', import.meta.url))
/** Nothing listens on port 1, so the demo waits for its API. */
const environment = { PATH: process.env['PATH'], RINGBACK_API_URL: 'http://127.0.0.1:1', AUTH_JWT_SECRET: 'a.b.c' }

function startDemo(env: Record<string, string | undefined>, stdio: StdioOptions): ChildProcess {
  const demo = spawn(process.execPath, [mainPath], { env, stdio })
  onTestFinished(() => {
    demo.kill('SIGKILL')
  })
  return demo
}

async function outputOf(demo: ChildProcess, text: string): Promise<void> {
  let seen = ''
  for await (const chunk of demo.stdout ?? []) {
    seen += String(chunk)
    if (seen.includes(text)) return
  }
  throw new Error(`the demo ended without saying "${text}"`)
}

const stops = {
  SIGINT: { stdio: ['ignore', 'pipe', 'inherit'], stop: (demo: ChildProcess) => demo.kill('SIGINT') },
  SIGTERM: { stdio: ['ignore', 'pipe', 'inherit'], stop: (demo: ChildProcess) => demo.kill('SIGTERM') },
  'its standard input closing': { stdio: ['pipe', 'pipe', 'inherit'], stop: (demo: ChildProcess) => demo.stdin?.end() },
  'its IPC channel closing': {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    stop: (demo: ChildProcess) => demo.disconnect(),
  },
} satisfies Record<string, { stdio: StdioOptions; stop: (demo: ChildProcess) => unknown }>

test.each(Object.entries(stops))('the demo ends within two seconds of %s', async (_name, { stdio, stop }) => {
  const demo = startDemo(environment, stdio)
  await outputOf(demo, 'waiting for the API')
  const stoppedAt = performance.now()
  stop(demo)
  const [code] = await once(demo, 'exit')
  expect(code).toBe(0)
  expect(performance.now() - stoppedAt).toBeLessThan(2_000)
})

test('wrong settings end it with every one of them named', async () => {
  const demo = startDemo({ PATH: process.env['PATH'], DEMO_SPEED: 'fast' }, ['ignore', 'ignore', 'pipe'])
  let complaint = ''
  demo.stderr?.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  const [code] = await once(demo, 'close')
  expect(code).toBe(1)
  expect(complaint.trim().split('\n')).toHaveLength(3)
})
