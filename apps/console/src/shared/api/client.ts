import { Ringback } from '@ringback/client'

/**
 * The one way to the API: that which served this page, asked with the session of this browser, which no script can read.
 * Requests are tried twice, so that a page soon says that it is offline; what changes something is kept by the outbox.
 */
export const ringback = new Ringback({ url: location.origin, tries: 2, timeoutMs: 15_000 })
