import type { Telemetry, TraceParent } from './telemetry/telemetry.ts'

export interface BatcherOptions<Input> {
  /** Most inputs of one batch. */
  maxSize: number
  /** Batches at work at the same time; while there are as many, the next one grows as large as the load makes it. */
  atOnce: number
  /** How long a batch that is not full waits for more. Left out, to the end of this turn of the loop. */
  waits?: {
    /** Until nothing has come for this long, in milliseconds, … */
    quietMs: number
    /** … but when more comes after this long, in milliseconds, no longer. */
    atMostMs: number
  }
  /** Inputs of the same key are never in one batch. Left out, any may be. */
  keyOf?: (input: Input) => unknown
  /** Who is told of batches, as steps of the traces of all callers, and by which name. Left out, nobody is. */
  traced?: { telemetry: Telemetry; name: string }
}

/**
 * Gathers calls that come at about the same time and hands them on together; each caller still gets its own result.
 *
 * `handle` returns a result for each input, in order. One that is an Error rejects its caller alone; for one that is a
 * promise its caller alone waits on, and the batch is over.
 */
export function batcher<Input, Output>(
  handle: (inputs: Input[]) => Promise<(Output | Error | Promise<Output>)[]>,
  { maxSize, atOnce, waits, keyOf, traced }: BatcherOptions<Input>,
): (input: Input) => Promise<Output> {
  interface Caller {
    input: Input
    resolve: (output: Output | Promise<Output>) => void
    reject: (error: unknown) => void
    trace: TraceParent | undefined
  }
  let gathered: Caller[] = []
  let atWork = 0
  let timer: NodeJS.Timeout | undefined
  let waitsSince = 0
  let immediate: NodeJS.Immediate | undefined

  function schedule() {
    if (atWork === atOnce || gathered.length === 0) return
    if (!waits) immediate ??= setImmediate(handOn)
    else if (gathered.length >= maxSize || (timer && performance.now() - waitsSince >= waits.atMostMs)) handOn()
    else if (timer) timer.refresh()
    else {
      timer = setTimeout(handOn, waits.quietMs)
      waitsSince = performance.now()
    }
  }

  function handOn() {
    clearTimeout(timer)
    timer = immediate = undefined
    void work(takeBatch())
    schedule()
  }

  function takeBatch(): Caller[] {
    if (!keyOf) return gathered.splice(0, maxSize)
    const batch = new Map<unknown, Caller>()
    gathered = gathered.filter((caller) => {
      const key = keyOf(caller.input)
      if (batch.size === maxSize || batch.has(key)) return true
      batch.set(key, caller)
      return false
    })
    return [...batch.values()]
  }

  async function work(callers: Caller[]) {
    atWork++
    try {
      const results = await handleTraced(callers)
      callers.forEach((caller, index) => {
        const result = results[index]
        if (result instanceof Error) caller.reject(result)
        else caller.resolve(result as Output | Promise<Output>)
      })
    } catch (error) {
      for (const caller of callers) caller.reject(error)
    }
    atWork--
    schedule()
  }

  /** A batch is begun by whichever caller comes last, and is none of its alone. */
  function handleTraced(callers: Caller[]) {
    const handleAll = () => handle(callers.map((caller) => caller.input))
    if (!traced) return handleAll()
    const traces = callers.map(({ trace }) => trace)
    return traced.telemetry.resume(traced.name, traces, { 'ringback.batch_size': callers.length }, handleAll)
  }

  return (input) =>
    new Promise<Output>((resolve, reject) => {
      gathered.push({ input, resolve, reject, trace: traced?.telemetry.traceParent() })
      schedule()
    })
}
