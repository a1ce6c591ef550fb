import { EventStream, type EventsOptions } from './events.ts'
import { Nouns } from './generated.ts'
import { sender, type RingbackOptions } from './request.ts'

/**
 * A client of one Ringback API: a method for each of its operations, by nouns, as in `ringback.callbacks.schedule(…)`. They
 * reject with a `RingbackError` when the API refuses, or cannot be reached after all tries.
 */
export class Ringback extends Nouns {
  readonly #options: RingbackOptions

  constructor(options: RingbackOptions) {
    super(sender(options))
    this.#options = options
  }

  /** What happens, as it happens: an endless stream that comes back after every interruption, from where it was. */
  events(options: EventsOptions = {}): EventStream {
    return new EventStream(this.#options, options)
  }
}
