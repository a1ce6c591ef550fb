/** What a block of an event stream says. An id comes alone when only the position has moved. */
export interface StreamBlock {
  /** Undefined when the block names none: the position stays. */
  id: string | undefined
  /** Undefined when the block carries no data, and so is no event. */
  event: { type: string; data: string } | undefined
}

/**
 * Reads `text/event-stream` (WHATWG HTML, 9.2.6) from text that comes in pieces of any size. Comments say nothing; what is not
 * ended by an empty line never was.
 */
export class EventStreamParser {
  /** How long to wait before coming back, as the stream last said; undefined while it has not. */
  retryMs: number | undefined
  #rest = ''
  #isFirst = true
  #endedWithCr = false
  #id: string | undefined
  #type = ''
  #data: string[] = []

  /** The blocks that `text` completes, in order. */
  push(text: string): StreamBlock[] {
    if (text === '') return []
    let piece = this.#isFirst && text.startsWith('\uFEFF') ? text.slice(1) : text
    this.#isFirst = false
    // The second half of a line end, whose first was the end of the last piece.
    if (this.#endedWithCr && piece.startsWith('\n')) piece = piece.slice(1)
    this.#endedWithCr = text.endsWith('\r')
    const lines = (this.#rest + piece).split(/\r\n|\n|\r/)
    this.#rest = lines.pop()!
    return lines.flatMap((line) => (line === '' ? this.#end() : this.#read(line)))
  }

  #read(line: string): [] {
    const colon = line.indexOf(':')
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') this.#data.push(value)
    else if (field === 'event') this.#type = value
    else if (field === 'id' && !value.includes('\0')) this.#id = value
    else if (field === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value)
    return []
  }

  #end(): StreamBlock[] {
    const block = {
      id: this.#id,
      event: this.#data.length > 0 ? { type: this.#type || 'message', data: this.#data.join('\n') } : undefined,
    }
    this.#id = undefined
    this.#type = ''
    this.#data = []
    return block.id === undefined && !block.event ? [] : [block]
  }
}
