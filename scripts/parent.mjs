import process from 'node:process'

const intervalMs = 500

/**
 * When npm is killed with SIGKILL nobody tells us: we only get another parent. So look at it from time to time, and then
 * end as on SIGTERM. (The scripts in package.json and `ringback` end with `exec`: there is no shell between npm and us.)
 *
 * Without npm nothing is watched: who starts this script by hand may well leave it running and log out.
 */
export function endWithParent() {
  if (!process.env.npm_lifecycle_event) return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, intervalMs)
  timer.unref()
}
