import { createHmac, timingSafeEqual } from 'node:crypto'

interface TwilioRequest {
  /** What stands in the first line of the request, to the letter: path and query string. */
  target: string
  /** The fields of the form. */
  form: URLSearchParams
  /** The header `X-Twilio-Signature`. */
  signature: string | undefined
}

/**
 * Tells whether Twilio has signed a request. It signs the address that it has called and the fields, so the address is the
 * public one, and what follows it is taken as it came: another order or spelling of it would be another address.
 *
 * @param tokens of the account; two while one takes the place of the other
 * @param publicUrl where Twilio calls Ringback, without what follows in a request
 */
export function twilioSignature(tokens: readonly string[], publicUrl: string): (request: TwilioRequest) => boolean {
  const bases = spellingsOf(publicUrl)
  return ({ target, form, signature }) => {
    if (signature === undefined) return false
    const given = Buffer.from(signature)
    const fields = signed(form)
    return tokens.some((token) =>
      bases.some((base) => {
        const expected = Buffer.from(
          createHmac('sha1', token)
            .update(base + target + fields)
            .digest('base64'),
        )
        return given.length === expected.length && timingSafeEqual(given, expected)
      }),
    )
  }
}

/** Twilio signs an address now without its port, now with it, also with the one that goes without saying. */
function spellingsOf(publicUrl: string): string[] {
  const [, origin = '', port, path = ''] = /^(https?:\/\/(?:\[[^\]]*\]|[^:/]*))(:\d+)?(.*)$/i.exec(publicUrl) ?? []
  const ownPort = origin.toLowerCase().startsWith('https:') ? ':443' : ':80'
  return [origin + path, origin + (port ?? ownPort) + path]
}

/** Names and values in the order of names; of a field that comes several times, each of its values once, in order. */
function signed(form: URLSearchParams): string {
  return [...new Set(form.keys())]
    .toSorted()
    .flatMap((name) => [...new Set(form.getAll(name))].toSorted().map((value) => name + value))
    .join('')
}
