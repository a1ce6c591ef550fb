import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { chromium, type Browser } from 'playwright-core'
import { withLock } from '../../../../scripts/lock.mjs'

/** Without the windows and menus that nobody sees: a page costs a quarter. It shows no notifications. */
const shell = '/usr/bin/chromium-headless-shell'
const whole = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const lockSeconds = 600
const lock = join(import.meta.dirname, '../../../../.ringback/chromium.lock')

/** The Chromium of this machine. Where there is none, Debian's packages are installed, if whoever tests may do that. */
export async function launchChromium({ isWhole = false } = {}): Promise<Browser> {
  const find = () => (isWhole ? whole : [shell, ...whole]).find((path) => existsSync(path))
  if (!find()) {
    // One test installs it; two at once would be in each other's way.
    await withLock(lock, async () => {
      if (!find()) await install()
    })
  }
  const executablePath = find()!
  // In a container there may be next to no shared memory, and no sandbox for root.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage', '--lang=en-US'] })
}

async function install(): Promise<void> {
  const isRoot = process.getuid?.() === 0
  if (!isRoot || !existsSync('/usr/bin/apt-get')) {
    throw new Error('The tests of the console need Chromium: install it, such as by `apt-get install chromium`')
  }
  const apt = (...args: string[]) =>
    promisify(execFile)('apt-get', ['-qq', '-o', `DPkg::Lock::Timeout=${lockSeconds}`, ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      maxBuffer: 64 * 1024 * 1024,
    })
  const packages = ['install', '-y', '--no-install-recommends', 'chromium', 'chromium-headless-shell']
  try {
    await apt(...packages)
  } catch {
    await apt('update') // What was known of the packages is old.
    await apt(...packages)
  }
}
