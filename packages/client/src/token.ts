/** What a token is asked for. */
export interface TokenAsked {
  /** Whether the API has just refused the token that it was given: a kept one is worth nothing any more. */
  refused: boolean
}

/** A token as it is, or where to get one; asked before each request, so that it may keep one for as long as that is valid. */
export type TokenSource = string | ((asked: TokenAsked) => string | Promise<string>)

/**
 * Sends with a token, and when that is refused once more with another one, if there is where to get it.
 *
 * @param source undefined on a page of the API's own origin: the browser sends its session along
 * @param send sends with these headers
 */
export async function withToken(
  source: TokenSource | undefined,
  send: (headers: Record<string, string>) => Promise<Response>,
): Promise<Response> {
  if (source === undefined) return send({})
  const ask = async (asked: TokenAsked) => (typeof source === 'string' ? source : source(asked))
  const first = await send({ authorization: `Bearer ${await ask({ refused: false })}` })
  if (first.status !== 401 || typeof source === 'string') return first
  await first.body?.cancel()
  return send({ authorization: `Bearer ${await ask({ refused: true })}` })
}
