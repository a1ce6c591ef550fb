import { readFileSync } from 'node:fs'
import process from 'node:process'

const intervalMs = 500

/**
 * When npm (or the shell that it starts us with) is killed with SIGKILL, nobody tells us: we only get another parent.
 * So look at it from time to time, and then end as on SIGTERM.
 *
 * Without npm nothing is watched: who starts this script by hand may well leave it running and log out.
 */
export function exitWhenParentDies() {
  if (!process.env.npm_lifecycle_event) return
  const shell = isShell(process.ppid) ? process.ppid : undefined
  const before = lineage(shell)
  const timer = setInterval(() => {
    if (lineage(shell) === before) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, intervalMs)
  timer.unref()
}

// Our parent is npm itself, or a shell whose parent is npm.
function lineage(shell) {
  return `${process.ppid} ${shell === undefined ? '' : parentOf(shell)}`
}

function isShell(pid) {
  return /^(sh|dash|bash|ash|zsh|ksh|busybox)$/.test(status(pid, 'Name') ?? '')
}

function parentOf(pid) {
  return status(pid, 'PPid')
}

// Linux alone tells; elsewhere only our own parent is watched, which is npm where the shell replaces itself by us.
function status(pid, field) {
  try {
    return new RegExp(`^${field}:\\s*(\\S+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  } catch {
    return undefined
  }
}
