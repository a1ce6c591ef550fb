import { createHash } from 'node:crypto'

/**
 * The id of the run that `text` stands for, the same in every process: those who want the same run at the same moment
 * start one.
 */
export function runIdOf(text: string): string {
  const hash = createHash('sha256').update(text).digest('hex')
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`
}
