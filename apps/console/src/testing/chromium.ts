import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { chromium, type Browser } from 'playwright-core'
import { withLock } from '../../../../scripts/lock.mjs'

const paths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const lockSeconds = 600
const lock = join(import.meta.dirname, '../../../../.ringback/chromium.lock')

/** The Chromium of this machine. Where there is none, Debian's package is installed, if whoever tests may do that. */
export async function launchChromium(): Promise<Browser> {
  // One test installs it; two at once would be in each other's way.
  const executablePath = find() ?? (await withLock(lock, async () => find() ?? (await install())))
  // In a container there may be next to no shared memory, and no sandbox for root.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage', '--lang=en-US'] })
}

function find(): string | undefined {
  return paths.find((path) => existsSync(path))
}

async function install(): Promise<string> {
  const isRoot = process.getuid?.() === 0
  if (!isRoot || !existsSync('/usr/bin/apt-get')) {
    throw new Error('The tests of the console need Chromium: install it, such as by `apt-get install chromium`')
  }
  const apt = (...args: string[]) =>
    promisify(execFile)('apt-get', ['-qq', '-o', `DPkg::Lock::Timeout=${lockSeconds}`, ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      maxBuffer: 64 * 1024 * 1024,
    })
  const chromiumPackage = ['install', '-y', '--no-install-recommends', 'chromium']
  try {
    await apt(...chromiumPackage)
  } catch {
    await apt('update') // What was known of the packages is old.
    await apt(...chromiumPackage)
  }
  return find()!
}
