/**
 * Gathers calls that come at about the same time and hands them on together; each caller still gets its own result.
 * While `atOnce` groups are at work the next one grows, so that groups get as large as the load makes them.
 *
 * `handle` takes up to `maxSize` inputs and returns a result for each, in order; a result that is an Error rejects its
 * caller alone.
 */
export function batcher<Input, Output>(
  handle: (inputs: Input[]) => Promise<(Output | Error)[]>,
  { maxSize, waitMs, atOnce }: { maxSize: number; waitMs: number; atOnce: number },
): (input: Input) => Promise<Output> {
  interface Caller {
    input: Input
    resolve: (output: Output) => void
    reject: (error: unknown) => void
  }
  const gathered: Caller[] = []
  let atWork = 0
  let timer: NodeJS.Timeout | undefined

  function handOnIfReady() {
    if (atWork === atOnce || gathered.length === 0) return
    if (gathered.length >= maxSize) void handOn()
    else timer ??= setTimeout(() => void handOn(), waitMs)
  }

  async function handOn() {
    clearTimeout(timer)
    timer = undefined
    const callers = gathered.splice(0, maxSize)
    atWork++
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
    atWork--
    handOnIfReady()
  }

  return (input) =>
    new Promise<Output>((resolve, reject) => {
      gathered.push({ input, resolve, reject })
      handOnIfReady()
    })
}
