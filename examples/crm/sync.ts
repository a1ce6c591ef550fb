import type { Ringback } from '@ringback/client'
import type { CallbackEvent, Store } from './store.ts'

/** Most rows that a request takes. */
const rowsAtOnce = 5_000

/** What changes what a ticket says; the rest is for those who call. */
const types: CallbackEvent['type'][] = [
  'callback.scheduled',
  'callback.claimed',
  'callback.released',
  'callback.snoozed',
  'callback.rescheduled',
  'callback.retry',
  'callback.reached_inbound',
  'callback.completed',
  'callback.cancelled',
]

/**
 * Promises what the tickets say, and follows what becomes of that until `signal`. It may be killed anywhere and run again: it goes
 * on after the last event that it wrote down.
 */
export async function sync(ringback: Ringback, store: Store, signal: AbortSignal): Promise<void> {
  // Without a position the stream comes first, so that nothing happens to a new promise unheard.
  if (store.lastEventId !== undefined) await push(ringback, store)
  const stream = ringback.events({ lastEventId: store.lastEventId, types, signal })
  for await (const event of stream) {
    if (event.type === 'reset') {
      // Events are missing, so what they would have said is asked for. Those that come now may tell some of it once more.
      for (const ticket of store.promisedTickets()) await ask(ringback, store, ticket)
      await push(ringback, store)
      // There is none while nothing has ever happened: then the next run begins anew, as this one did.
      if (stream.lastEventId !== undefined) store.keepPosition(stream.lastEventId)
    } else if (isOfCallback(event)) {
      store.take(event, stream.lastEventId!)
    }
  }
}

/**
 * Tells Ringback of all customers, and promises what the tickets say. A customer is written over with the same, and a ticket whose
 * `externalId` Ringback knows is the promise that was made for it.
 */
async function push(ringback: Ringback, store: Store): Promise<void> {
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
    for (const { index, id, status, problem } of results) {
      const ticket = tickets[index]!.id
      // Someone has to look at it: the customer must not be called, or not at that time.
      if (id === undefined) store.refused(ticket, problem?.code ?? 'unknown')
      else store.promised(ticket, id)
      // The run that made it was killed before it wrote it down.
      if (status === 'existing') await ask(ringback, store, ticket)
    }
  }
  console.log('all tickets are with Ringback')
}

/** How the promise of a ticket stands; one that was erased is left as it was. */
async function ask(ringback: Ringback, store: Store, externalId: string): Promise<void> {
  for await (const callback of ringback.callbacks.list({ externalId })) store.stands(callback)
}

function isOfCallback(event: { type: string }): event is CallbackEvent {
  return event.type.startsWith('callback.')
}

function inChunks<Row>(rows: Row[]): Row[][] {
  return Array.from({ length: Math.ceil(rows.length / rowsAtOnce) }, (_, n) =>
    rows.slice(n * rowsAtOnce, (n + 1) * rowsAtOnce),
  )
}
