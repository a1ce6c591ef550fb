import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { openTestApi, tokenOf } from '@ringback/api/testing'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { foreignProject, runIn, typecheckThere } from './place.ts'

const client = join(import.meta.dirname, '../../packages/client')
const readme = readFileSync(join(client, 'README.md'), 'utf8')
const [, example, printed] = /<!-- example -->\s*```ts\n(.*?)```\s*<!-- \/example -->.*?```text\n(.*?)```/s.exec(
  readme,
)!

/** An empty project into which the client is installed as it would be published. */
async function projectWithClient(): Promise<string> {
  const place = foreignProject()
  await runIn(client, 'pnpm', 'pack', '--pack-destination', place)
  const tarball = readdirSync(place).find((name) => name.endsWith('.tgz'))!
  await runIn(place, 'npm', 'install', '--offline', '--no-audit', '--no-fund', `./${tarball}`)
  return place
}

/** This Node, and those of the machine, of which one may be as old as the oldest that the client is for. */
function nodesHere(): string[] {
  const onPath = process.env['PATH']!.split(delimiter).map((folder) => join(folder, 'node'))
  return [
    ...new Set([process.execPath, ...onPath.filter((path) => existsSync(path)).map((path) => realpathSync(path))]),
  ]
}

test.each(nodesHere())(
  'the example of its README runs where it is installed, by %s, and prints what it says',
  async (node) => {
    await using api = await openTestApi()
    await api.app.listen({ host: '127.0.0.1', port: 0 })
    const place = await projectWithClient()
    writeFileSync(join(place, 'example.mjs'), example!.replaceAll(/(?<=process\.env\.\w+)!/g, ''))
    const env = {
      RINGBACK_URL: `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`,
      RINGBACK_TOKEN: await tokenOf.service(),
    }
    const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`)
    expect(await runIn(place, 'env', ...settings, node, 'example.mjs')).toBe(printed)
  },
)

test.each(['bundler', 'nodenext'] as const)(
  'TypeScript 5 finds its types, resolving as %s',
  async (moduleResolution) => {
    const place = await projectWithClient()
    writeFileSync(join(place, 'example.ts'), example!)
    writeFileSync(
      join(place, 'types.ts'),
      `
    import { isRingbackError, Ringback, type Callback, type RingbackErrorCode } from '@ringback/client'
    const ringback = new Ringback({ url: 'http://x', token: async ({ refused }) => (refused ? 'new' : 'old') })
    const page: Callback[] = (await ringback.callbacks.list({ status: ['pending'] }).first()).items
    // @ts-expect-error There is no such status.
    ringback.callbacks.list({ status: 'forgotten' })
    const call = await ringback.nextCall.claim(7)
    // @ts-expect-error Perhaps nobody waits.
    console.log(call.callSessionId)
    const code: RingbackErrorCode = 'do-not-call'
    await ringback.queues.list().catch((error: unknown) => {
      if (isRingbackError(error, 'rate-limited', 'unreachable')) {
        const narrowed: 'rate-limited' | 'unreachable' = error.code
        // @ts-expect-error It is one of the two.
        const other: 'do-not-call' = error.code
        console.log(narrowed, other)
      }
    })
    console.log(page, code)
    `,
    )
    expect(await typecheckThere(place, moduleResolution)).toBe('')
  },
)

test('it brings nothing else along, and less than 25 kB', async () => {
  const place = await projectWithClient()
  expect(readdirSync(join(place, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['@ringback'])
  const installed = join(place, 'node_modules/@ringback/client')
  expect(readdirSync(installed).toSorted()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json'])
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  expect(manifest).not.toHaveProperty('dependencies')
  const { outputFiles } = await build({
    entryPoints: [join(installed, 'dist/index.js')],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  })
  expect(outputFiles[0]!.contents.length).toBeLessThan(25_000)
})
