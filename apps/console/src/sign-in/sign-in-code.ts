/** The code of a link, which is good for once. It is out of the address before anything else sees or keeps it. */
let code = take()

function take(): string | undefined {
  if (location.pathname !== '/sign-in') return undefined
  const given = new URLSearchParams(location.hash.slice(1)).get('code')
  if (location.hash !== '') history.replaceState(history.state, '', `${location.pathname}${location.search}`)
  return given ?? undefined
}

/** Gives the code once. */
export function takeSignInCode(): string | undefined {
  const taken = code
  code = undefined
  return taken
}
