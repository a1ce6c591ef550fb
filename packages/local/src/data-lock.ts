import { rmSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { commandOf, isAlive, readIfPresent } from './processes.ts'
import { StartError } from './start-error.ts'

/** Another living process works on the same data. */
export class DataInUseError extends StartError {
  override name = 'DataInUseError'
}

/**
 * Makes sure that nobody works on a data directory, going by the file in which its server writes its process id.
 *
 * After a SIGKILL that file stays behind, and its number may by now belong to a stranger: then the file is removed.
 * A server that is really there may be just ending (the watchdog of a killed starter stops it), so it is given
 * `waitMs` to go.
 *
 * @param isServer tells from a command line whether it is the server of this very directory
 * @returns whether there was such a file, so that the last server ended without tidying up
 * @throws DataInUseError when the server stays
 */
export async function claimDataDirectory(
  pidFile: string,
  isServer: (command: string) => boolean,
  waitMs = 8_000,
): Promise<boolean> {
  const deadline = Date.now() + waitMs
  for (let found = false; ; found = true) {
    const pid = Number(readIfPresent(pidFile)?.split('\n')[0])
    if (!pid) return found
    const command = isAlive(pid) ? commandOf(pid) : undefined
    if (!command || !isServer(command)) {
      rmSync(pidFile, { force: true })
      return true
    }
    if (Date.now() > deadline)
      throw new DataInUseError(`process ${pid} works on the same data, and has to be stopped first: ${command}`)
    await pause(100)
  }
}
