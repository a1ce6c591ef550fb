/**
 * Gathers calls that come at about the same time and hands them on together; each caller still gets its own result.
 *
 * `handle` takes up to `maxSize` inputs and returns a result for each, in order; a result that is an Error rejects its
 * caller alone.
 */
export function batcher<Input, Output>(
  handle: (inputs: Input[]) => Promise<(Output | Error)[]>,
  { maxSize, waitMs }: { maxSize: number; waitMs: number },
): (input: Input) => Promise<Output> {
  interface Caller {
    input: Input
    resolve: (output: Output) => void
    reject: (error: unknown) => void
  }
  let gathered: Caller[] = []
  let timer: NodeJS.Timeout | undefined

  async function flush() {
    clearTimeout(timer)
    timer = undefined
    const callers = gathered
    gathered = []
    try {
      const results = await handle(callers.map((caller) => caller.input))
      callers.forEach((caller, index) => {
        const result = results[index]
        if (result instanceof Error) caller.reject(result)
        else caller.resolve(result as Output)
      })
    } catch (error) {
      for (const caller of callers) caller.reject(error)
    }
  }

  return (input) =>
    new Promise<Output>((resolve, reject) => {
      gathered.push({ input, resolve, reject })
      if (gathered.length >= maxSize) void flush()
      else timer ??= setTimeout(() => void flush(), waitMs)
    })
}
