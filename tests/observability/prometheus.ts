import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const cache = join(import.meta.dirname, '../../.ringback/cache')

/**
 * Where the programs of Prometheus are: on this machine, or in Debian's package, which is unpacked below `.ringback` and
 * installs nothing. Undefined where neither is to be had.
 */
export async function findPrometheus(): Promise<string | undefined> {
  const installed = '/usr/bin'
  if (existsSync(join(installed, 'promtool'))) return installed
  const unpacked = join(cache, 'prometheus')
  if (!existsSync(join(unpacked, 'usr/bin/promtool'))) {
    const unfinished = join(cache, `prometheus-${process.pid}`)
    mkdirSync(unfinished, { recursive: true })
    try {
      await run('sh', ['-c', 'apt-get download prometheus && dpkg-deb -x prometheus_*.deb . && rm prometheus_*.deb'], {
        cwd: unfinished,
      })
      renameSync(unfinished, unpacked)
    } catch {
      rmSync(unfinished, { recursive: true, force: true })
    }
  }
  const programs = join(unpacked, 'usr/bin')
  return existsSync(join(programs, 'promtool')) ? programs : undefined
}
