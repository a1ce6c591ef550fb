import type { Ringback } from '@ringback/client'
import type { Store } from './store.ts'

/** Most rows that a request takes. */
const rowsAtOnce = 5_000

/**
 * Tells Ringback of all customers, and promises what the tickets say. It may be killed anywhere and run again: customers are
 * written over with the same, and a ticket whose `externalId` Ringback knows is the promise that was made for it.
 */
export async function push(ringback: Ringback, store: Store): Promise<void> {
  for (const customers of inChunks(store.customers())) {
    const items = customers.map(({ number, name, phone }) => ({ userId: number, externalId: `crm-${number}`, name, phone }))
    const { results } = await ringback.users.putMany({ items })
    for (const { index, problem } of results) {
      if (problem) console.error(`customer ${customers[index]!.number}: ${problem.code}`)
    }
  }
  for (const tickets of inChunks(store.unpromised())) {
    const items = tickets.map(({ id, customer, callAt, about }) => ({
      userId: customer,
      externalId: id,
      scheduledFor: callAt,
      callbackReason: about,
    }))
    const { results } = await ringback.callbacks.scheduleMany({ items })
    for (const { index, id, problem } of results) {
      const ticket = tickets[index]!.id
      if (id !== undefined) store.promised(ticket, id)
      // Someone has to look at it: the customer must not be called, or not at that time.
      else store.refused(ticket, problem?.code ?? 'unknown')
    }
  }
}

/**
 * Follows what becomes of promises, from where the last run was, until `signal`. A `reset` says that events are missing in
 * between, so what they would have said is asked for: the events after it then say only what is newer.
 *
 * @param ready is called each time that the stream has begun
 */
export async function follow(
  ringback: Ringback,
  store: Store,
  { signal, ready }: { signal: AbortSignal; ready: () => void },
): Promise<void> {
  const stream = ringback.events({ lastEventId: store.lastEventId, types: [...told], signal })
  for await (const event of stream) {
    if (event.type === 'reset') {
      for (const externalId of store.ticketIds()) {
        for await (const callback of ringback.callbacks.list({ externalId })) store.stands(callback)
      }
      // There is none while nothing has ever happened: then the next run begins anew, as this one did.
      if (stream.lastEventId !== undefined) store.keepPosition(stream.lastEventId)
      ready()
    } else if (isTold(event)) {
      store.take(event, stream.lastEventId!)
    }
  }
}

/** What changes what a ticket says; the rest is for those who call. */
const told = [
  'callback.scheduled',
  'callback.queued',
  'callback.claimed',
  'callback.released',
  'callback.snoozed',
  'callback.rescheduled',
  'callback.retry',
  'callback.reached_inbound',
  'callback.completed',
  'callback.cancelled',
] as const

const isTold = <Event extends { type: string }>(
  event: Event,
): event is Extract<Event, { type: (typeof told)[number] }> => (told as readonly string[]).includes(event.type)

function inChunks<Row>(rows: Row[]): Row[][] {
  return Array.from({ length: Math.ceil(rows.length / rowsAtOnce) }, (_, n) =>
    rows.slice(n * rowsAtOnce, (n + 1) * rowsAtOnce),
  )
}
