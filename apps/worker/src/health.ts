import { checkBeat } from './beat.ts'

/**
 * Asks whether the worker whose WORKER_BEAT_FILE this is works: ends with 0 if so, else with 1. It reads that file and
 * nothing else, so that a container may ask every few seconds.
 */
const file = process.env['WORKER_BEAT_FILE']
if (file) {
  const { isAlive, detail } = checkBeat(file)
  console.log(detail)
  if (!isAlive) process.exitCode = 1
} else {
  console.error('WORKER_BEAT_FILE is not set; it must name the file in which the worker beats.')
  process.exitCode = 1
}
