/** Something cannot be started, and the person can do something about it: the message says what, and is shown alone. */
export class StartError extends Error {
  override name = 'StartError'
}
