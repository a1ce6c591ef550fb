import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs'
import { join } from 'node:path'
import { isErrno } from '@ringback/local'

const maxBytes = 20 * 1024 * 1024

/** The log files of one RINGBACK_HOME, one per process, each with one predecessor (`.1`) once it has grown large. */
export class LogFiles {
  readonly directory: string
  readonly #files = new Map<string, { stream: WriteStream; bytes: number }>()

  constructor(directory: string) {
    this.directory = directory
    mkdirSync(directory, { recursive: true })
  }

  pathOf(name: string): string {
    return join(this.directory, `${name}.log`)
  }

  write(name: string, line: string): void {
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
    const streams = [...this.#files.values()].map(({ stream }) => stream)
    this.#files.clear()
    await Promise.all(streams.map((stream) => new Promise<void>((resolve) => stream.end(() => resolve()))))
  }

  #open(name: string): { stream: WriteStream; bytes: number } {
    const stream = createWriteStream(this.pathOf(name), { flags: 'a' })
    const file = { stream, bytes: sizeOf(this.pathOf(name)) }
    // A full disk must not end a running system; it is the terminal that shows it then.
    stream.on('error', (error) => console.error(`${this.pathOf(name)}: ${error.message}`))
    this.#files.set(name, file)
    return file
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return 0
    throw error
  }
}
