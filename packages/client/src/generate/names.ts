/** What is named otherwise than by the rule of `methodOf`. */
const exceptions: Record<string, string> = {
  listQueue: 'entries',
  putOnDoNotCall: 'put',
  removeFromDoNotCall: 'remove',
  putUsers: 'putMany',
  scheduleCallbacks: 'scheduleMany',
}

/** The property of the client that holds the operations of a tag: `Next call` is `nextCall`. */
export function nounOf(tag: string): string {
  const [first = '', ...rest] = tag.split(' ')
  return [first.toLowerCase(), ...rest.map(capitalized)].join('')
}

/**
 * The name of a method: that of the operation without the noun that it is a method of. `callbacks` has `schedule`
 * (`scheduleCallback`), `list` (`listCallbacks`) and `getMany`, were there a `getManyCallbacks`.
 */
export function methodOf(operationId: string, noun: string): string {
  const singular = capitalized(noun).replace(/ies$/, 'y').replace(/s$/, '')
  const plural = new RegExp(`${singular.replace(/y$/, '(?:y|ies)')}s?(?![a-z])`)
  const shorter = operationId.replace(plural, '')
  return exceptions[operationId] ?? (shorter === '' ? operationId : shorter)
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
