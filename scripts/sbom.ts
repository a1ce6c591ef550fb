/**
 * `./ringback sbom [FILE]`: writes what an installation runs of others, with versions, licences and hashes, as CycloneDX
 * (`.ringback/sbom.cdx.json`).
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'

const root = join(import.meta.dirname, '..')
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', default: false } },
})
const file = resolve(positionals[0] ?? join(root, '.ringback/sbom.cdx.json'))
if (values.help) {
  console.log('Usage: ./ringback sbom [FILE]')
  process.exit(0)
}

mkdirSync(dirname(file), { recursive: true })
const kind = ['--prod', '--sbom-format', 'cyclonedx', '--sbom-type', 'application']
execFileSync('pnpm', ['sbom', ...kind, '--out', file], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
const { components } = JSON.parse(readFileSync(file, 'utf8')) as { components: unknown[] }
console.log(`${components.length} components in ${file}`)
