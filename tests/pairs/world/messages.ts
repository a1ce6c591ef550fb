/** A message of the Postgres protocol, whole; `type` is undefined for the first one of a client, which has none. */
export interface Message {
  type: string | undefined
  bytes: Buffer
}

/**
 * Cuts what comes from one side of a connection into messages: a byte that says the type, a length that counts itself,
 * and the rest. What is not whole yet is kept for the next call.
 */
export function messageReader({ startsUntyped }: { startsUntyped: boolean }): (bytes: Buffer) => Message[] {
  let rest: Buffer = Buffer.alloc(0)
  let isTyped = !startsUntyped

  return (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
    const messages: Message[] = []
    for (;;) {
      const header = isTyped ? 1 : 0
      if (rest.length < header + 4) return messages
      const end = header + rest.readInt32BE(header)
      if (rest.length < end) return messages
      messages.push({ type: isTyped ? String.fromCodePoint(rest[0]!) : undefined, bytes: rest.subarray(0, end) })
      rest = rest.subarray(end)
      isTyped = true
    }
  }
}

/** Reads zero-ended strings from the body of a message. */
export function stringsOf({ bytes }: Message, count: number): string[] {
  const strings: string[] = []
  for (let start = 5; strings.length < count;) {
    const end = bytes.indexOf(0, start)
    strings.push(bytes.toString('utf8', start, end))
    start = end + 1
  }
  return strings
}
