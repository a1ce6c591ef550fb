import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'

/** The console as it is shipped, in a folder of its own. */
export async function buildForTest(): Promise<{ files: string; remove: () => void }> {
  const files = mkdtempSync(join(tmpdir(), 'ringback-console-'))
  await build({
    root: join(import.meta.dirname, '../..'),
    logLevel: 'error',
    build: { outDir: files, emptyOutDir: true },
  })
  return { files, remove: () => rmSync(files, { recursive: true, force: true }) }
}
