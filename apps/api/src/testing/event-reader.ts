import { onTestFinished } from 'vitest'

export interface ReadEvent {
  id?: string
  event?: string
  data?: unknown
}

/** A client of an event stream, which keeps what comes. It is gone when the test is. */
export interface EventReader {
  status: number
  headers: Headers
  /** What has come, oldest first; comments are left out. */
  events: ReadEvent[]
  /** Everything that has come, as it came. */
  text(): string
  leave(): void
  /** Resolves when the other side has ended the stream, rejects when it was broken off. */
  ended: Promise<void>
}

/** @param bearer a token, or what is to stand in the headers in place of one */
export async function readEvents(
  url: string,
  bearer: string | Record<string, string>,
  lastEventId?: string,
): Promise<EventReader> {
  const leaving = new AbortController()
  onTestFinished(() => leaving.abort())
  const headers = {
    ...(typeof bearer === 'string' ? { authorization: `Bearer ${bearer}` } : bearer),
    ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
  }
  const response = await fetch(url, { headers, signal: leaving.signal })
  const events: ReadEvent[] = []
  let whole = ''
  let rest = ''
  const read = async () => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      whole += chunk
      const blocks = (rest + chunk).split('\n\n')
      rest = blocks.pop()!
      events.push(...blocks.map(eventOf).filter(({ event }) => event !== undefined))
    }
  }
  const ended = read()
  ended.catch(() => {}) // Whoever wants to know awaits it.
  return {
    status: response.status,
    headers: response.headers,
    events,
    text: () => whole,
    leave: () => leaving.abort(),
    ended,
  }
}

function eventOf(block: string): ReadEvent {
  const fields = block.split('\n').map((line) => /^(\w+): (.*)$/.exec(line)?.slice(1) ?? [])
  const { id, event, data } = Object.fromEntries(fields) as Record<string, string | undefined>
  return { ...(id && { id }), ...(event && { event }), ...(data && { data: JSON.parse(data) }) }
}
