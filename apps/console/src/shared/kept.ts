/** What somebody has typed and not yet sent, so that a reload loses nothing: in this browser alone, until it is sent. */
const prefix = 'ringback.kept.'

export function keptText(name: string): string {
  try {
    return localStorage.getItem(prefix + name) ?? ''
  } catch {
    return ''
  }
}

/** @param text what is kept from now on; nothing when empty */
export function keepText(name: string, text: string): void {
  try {
    if (text === '') localStorage.removeItem(prefix + name)
    else localStorage.setItem(prefix + name, text)
  } catch {
    // A browser that keeps nothing has it until the page is left.
  }
}

/** Whoever signs out leaves nothing behind. */
export function forgetWhatWasTyped(): void {
  for (const name of Object.keys(localStorage)) if (name.startsWith(prefix)) localStorage.removeItem(name)
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(prefix)) sessionStorage.removeItem(name)
}

/** What was typed about a call that is over. */
export function forgetCall(callSessionId: string): void {
  for (const name of ['notes', 'outcome', 'next']) keepText(`${name}.${callSessionId}`, '')
}
