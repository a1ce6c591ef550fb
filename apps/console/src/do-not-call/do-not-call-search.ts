/** What of the list is looked at; it stands in the address. */
export interface DoNotCallSearch {
  /** A number, or the id of a customer. */
  q?: string
  /** Where the page before ended. */
  cursor?: string
}

export function doNotCallSearch({ q, cursor }: Record<string, unknown>): DoNotCallSearch {
  return {
    // The router reads digits as a number.
    ...((typeof q === 'string' || typeof q === 'number') && q !== '' && { q: String(q) }),
    ...(typeof cursor === 'string' && { cursor }),
  }
}

/** Who is meant by what somebody typed: `+1 202 555 0143` is a number, `1001` the id of a customer. */
export function subjectFrom(text: string): string {
  const typed = text.trim()
  if (typed.startsWith('+')) return typed.replaceAll(/[\s()./-]/g, '')
  return typed.startsWith('user:') ? typed : `user:${typed}`
}

/** Whether it can be on the list at all; what the API asks for. */
export function isSubject(subject: string): boolean {
  return /^(?:user:[1-9]\d{0,18}|\+[1-9]\d{1,14})$/.test(subject)
}

/** “Customer 1001”, or the number. */
export function nameOfSubject(subject: string, { customer }: { customer: (userId: string) => string }): string {
  return subject.startsWith('user:') ? customer(subject.slice('user:'.length)) : subject
}
