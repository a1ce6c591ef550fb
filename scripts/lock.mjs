import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import process from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import { explain } from './report.mjs'

const patienceMs = 10 * 60_000

/** Runs `work` while no other start in this checkout holds the same lock; one whose holder was killed counts as free. */
export async function withLock(path, work) {
  mkdirSync(dirname(path), { recursive: true })
  await take(path)
  const release = () => rmSync(path, { force: true })
  process.once('exit', release)
  try {
    return await work()
  } finally {
    process.off('exit', release)
    release()
  }
}

async function take(path) {
  const deadline = Date.now() + patienceMs
  for (let told = false; !tryTake(path); told = true) {
    const holder = holderOf(path)
    if (holder !== undefined && !isAlive(holder)) {
      rmSync(path, { force: true })
      continue
    }
    if (!told) console.error(`Another start (process ${holder ?? '?'}) is setting up this checkout; waiting for it …`)
    if (Date.now() > deadline)
      throw explain(`still locked by process ${holder}. If that is not Ringback, delete ${path}`)
    await pause(200)
  }
}

function tryTake(path) {
  try {
    const file = openSync(path, 'wx')
    writeSync(file, String(process.pid))
    closeSync(file)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

function holderOf(path) {
  try {
    return Number(readFileSync(path, 'utf8')) || undefined
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
