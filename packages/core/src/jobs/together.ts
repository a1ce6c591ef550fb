/**
 * Hands calls on at once, and those that come while batches are at work together, as soon as one is done. Waiting makes
 * batches larger where many call, and nobody waits where few do.
 *
 * `handle` takes inputs of different keys and returns a result for each, in order; a result that is an Error rejects its
 * caller alone.
 */
export function together<Input, Output>(
  handle: (inputs: Input[]) => Promise<(Output | Error)[]>,
  { maxAtOnce, maxSize, keyOf }: { maxAtOnce: number; maxSize: number; keyOf: (input: Input) => unknown },
): (input: Input) => Promise<Output> {
  interface Caller {
    input: Input
    resolve: (output: Output) => void
    reject: (error: unknown) => void
  }
  let waiting: Caller[] = []
  let atWork = 0
  let isScheduled = false

  // After the callbacks of this turn of the event loop, which may bring more callers.
  function schedule() {
    if (isScheduled || atWork >= maxAtOnce || waiting.length === 0) return
    isScheduled = true
    setImmediate(() => {
      isScheduled = false
      void work(takeBatch())
      schedule()
    })
  }

  function takeBatch(): Caller[] {
    const batch = new Map<unknown, Caller>()
    waiting = waiting.filter((caller) => {
      const key = keyOf(caller.input)
      if (batch.size >= maxSize || batch.has(key)) return true
      batch.set(key, caller)
      return false
    })
    return [...batch.values()]
  }

  async function work(batch: Caller[]) {
    atWork++
    try {
      const results = await handle(batch.map((caller) => caller.input))
      batch.forEach((caller, index) => {
        const result = results[index]
        if (result instanceof Error) caller.reject(result)
        else caller.resolve(result as Output)
      })
    } catch (error) {
      for (const caller of batch) caller.reject(error)
    }
    atWork--
    schedule()
  }

  return (input) =>
    new Promise<Output>((resolve, reject) => {
      waiting.push({ input, resolve, reject })
      schedule()
    })
}
