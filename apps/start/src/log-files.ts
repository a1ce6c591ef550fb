import {
  chmodSync,
  createWriteStream,
  fchmodSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  type WriteStream,
} from 'node:fs'
import { join } from 'node:path'

const maxBytes = 20 * 1024 * 1024

/**
 * The log files of one RINGBACK_HOME, one per process, each with one predecessor (`.1`) once it has grown large. Nobody but
 * their owner can read them.
 */
export class LogFiles {
  readonly directory: string
  readonly #files = new Map<string, { stream: WriteStream; bytes: number }>()
  #isClosed = false

  constructor(directory: string) {
    this.directory = directory
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    chmodSync(directory, 0o700)
  }

  pathOf(name: string): string {
    return join(this.directory, `${name}.log`)
  }

  /** What a program says that is gone by now, or almost, when the files are closed, is not kept. */
  write(name: string, line: string): void {
    if (this.#isClosed) return
    let file = this.#files.get(name) ?? this.#open(name)
    if (file.bytes > maxBytes) {
      file.stream.end()
      renameSync(this.pathOf(name), `${this.pathOf(name)}.1`)
      file = this.#open(name)
    }
    file.bytes += Buffer.byteLength(line) + 1
    file.stream.write(`${line}\n`)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const streams = [...this.#files.values()].map(({ stream }) => stream)
    this.#files.clear()
    await Promise.all(streams.map((stream) => new Promise<void>((resolve) => stream.end(() => resolve()))))
  }

  #open(name: string): { stream: WriteStream; bytes: number } {
    // Opened here, so that one of an earlier start is closed to others before anything is added to it.
    const descriptor = openSync(this.pathOf(name), 'a', 0o600)
    fchmodSync(descriptor, 0o600)
    const stream = createWriteStream(this.pathOf(name), { fd: descriptor })
    const file = { stream, bytes: fstatSync(descriptor).size }
    // A full disk must not end a running system; it is the terminal that shows it then.
    stream.on('error', (error) => console.error(`${this.pathOf(name)}: ${error.message}`))
    this.#files.set(name, file)
    return file
  }
}
