import type { Logger } from 'pino'

type Fetch = (address: string, request: RequestInit) => Promise<Response>

/** A `fetch` that tells of an outage once when it begins and once when it ends: many actors share it. */
export function noticeOutages(fetch: Fetch, log: Logger): Fetch {
  let isAway = false

  function note(details: object | undefined): void {
    if (details) log[isAway ? 'debug' : 'warn'](details, 'API unavailable, trying again')
    else if (isAway) log.info('API is back')
    isAway = details !== undefined
  }

  return async function noticed(address, request) {
    try {
      const response = await fetch(address, request)
      const { status } = response
      note(status === 429 || status >= 500 ? { status } : undefined)
      return response
    } catch (error) {
      note({ reason: reasonOf(error) })
      throw error
    }
  }
}

/** `fetch` hides the cause of a network failure one level down. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message
  return `${error.name}: ${error.message}`
}
