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
 * @param send sends with these headers
 */
export async function withToken(
  source: TokenSource,
  send: (headers: { authorization: string }) => Promise<Response>,
): Promise<Response> {
  const ask = async (asked: TokenAsked) => (typeof source === 'string' ? source : source(asked))
  const first = await send({ authorization: `Bearer ${await ask({ refused: false })}` })
  if (first.status !== 401 || typeof source === 'string') return first
  await first.body?.cancel()
  return send({ authorization: `Bearer ${await ask({ refused: true })}` })
}
