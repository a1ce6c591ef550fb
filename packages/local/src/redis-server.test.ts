import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findExecutables } from './executables.ts'
import { readLedger } from './ledger.ts'
import { ensureRedisServer } from './redis-server.ts'
import { isRoot } from './state-directory.ts'

const outsideThePath = findExecutables('redis-server', ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin']).some(
  (path) => /sbin|homebrew/.test(path),
)

// A machine of its own: nothing is on the PATH but a package manager that behaves as it is told.
describe.skipIf(outsideThePath)('on a machine without Redis', () => {
  const path = process.env['PATH']
  let bin: string
  let notices: string[]

  beforeEach(() => {
    bin = mkdtempSync(join(tmpdir(), 'ringback-test-'))
    notices = []
    process.env['PATH'] = bin
  })

  afterEach(() => {
    process.env['PATH'] = path
    rmSync(bin, { recursive: true })
  })

  function program(name: string, script: string): void {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  }

  const ensure = () => ensureRedisServer((text) => void notices.push(text), join(bin, 'ledger.json'))
  const server = '"${0%/*}/redis-server"' // beside the package manager
  const installation = `case "$*" in *install*redis-server) : > ${server}; /bin/chmod +x ${server};; esac`

  test('the package manager installs it, and that is said', async () => {
    program('apt-get', installation)
    program('sudo', '[ "$1" = -n ] || "$@"')
    expect(await ensure()).toBe(join(bin, 'redis-server'))
    const prefix = isRoot() ? '' : 'sudo '
    expect(notices).toEqual([
      `Redis is missing; running: ${prefix}apt-get update -q (undone by: ./ringback remove)`,
      `Redis is missing; running: ${prefix}apt-get install -q -y -o DPkg::Lock::Timeout=120 redis-server (undone by: ./ringback remove)`,
    ])
    const removal = [
      ...(isRoot() ? [] : ['sudo']),
      'apt-get',
      'remove',
      '-q',
      '-y',
      '-o',
      'DPkg::Lock::Timeout=120',
      'redis-server',
    ]
    expect(readLedger(join(bin, 'ledger.json')).package).toEqual({ name: 'redis-server', removal })
  })

  test('a package source that is away does not keep it from being installed', async () => {
    program('apt-get', `${installation}; [ "$1" = install ]`)
    program('sudo', '[ "$1" = -n ] || "$@"')
    expect(await ensure()).toBe(join(bin, 'redis-server'))
  })

  test('an installation that fails tells the line to run, and why', async () => {
    program('apt-get', 'echo "no space left" >&2; exit 100')
    program('sudo', '[ "$1" = -n ] || "$@"')
    await expect(ensure()).rejects.toThrow(/Run: .*apt-get install -q -y .*redis-server[^]*no space left/)
  })

  test.runIf(!isRoot())('nothing is run when that needs a password', async () => {
    program('apt-get', installation)
    program('sudo', 'exit 1')
    await expect(ensure()).rejects.toThrow(
      'Run: sudo apt-get update -q && sudo apt-get install -q -y -o DPkg::Lock::Timeout=120 redis-server',
    )
    expect(notices).toEqual([])
  })

  test('without a package manager that we know, it says what to do', async () => {
    await expect(ensure()).rejects.toThrow(/install redis-server or valkey-server, or set REDIS_URL/)
  })
})
