import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)

test('the bill of materials names what an installation runs, with versions, licences and hashes, and no tools', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ringback-sbom-'))
  const file = join(directory, 'sbom.json')
  await run(process.execPath, [join(import.meta.dirname, 'sbom.ts'), file])
  const { bomFormat, components } = JSON.parse(await readFile(file, 'utf8'))
  expect(bomFormat).toBe('CycloneDX')
  const byName = new Map<string, Record<string, unknown>>(components.map((each: { name: string }) => [each.name, each]))
  for (const name of ['bullmq', 'fastify', 'ioredis', 'postgres']) {
    expect(byName.get(name)).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      licenses: [expect.anything()],
      externalReferences: expect.arrayContaining([expect.objectContaining({ hashes: [expect.anything()] })]),
    })
  }
  expect(['vitest', 'typescript', 'drizzle-kit'].filter((tool) => byName.has(tool))).toEqual([])
  await rm(directory, { recursive: true })
})
