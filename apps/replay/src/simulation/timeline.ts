/**
 * What happens first when several things happen at the same moment: calls end before others begin, so that an agent
 * who goes from one call to the next is not available in between; due callbacks are asked for when all else is done.
 */
const phases = ['end', 'begin', 'promise', 'shift', 'minute', 'due'] as const
export type Phase = (typeof phases)[number]

export interface TimedEvent {
  at: Date
  run: () => Promise<unknown>
}

/** Things that are going to happen, in the order of their moments and phases; equal ones as they were added. */
export interface Timeline {
  add(at: Date, phase: Phase, run: () => Promise<unknown>): void
  /** Takes the next event out; undefined when nothing is going to happen any more. */
  next(): TimedEvent | undefined
}

interface Node extends TimedEvent {
  rank: number
  sequence: number
}

/** A timeline kept as a binary heap. */
export function timeline(): Timeline {
  const heap: Node[] = []
  let sequence = 0

  function swapIfLater(parent: number, child: number): boolean {
    const [above, below] = [heap[parent]!, heap[child]!]
    if (compare(above, below) <= 0) return false
    heap[parent] = below
    heap[child] = above
    return true
  }

  function rise(index: number) {
    for (let child = index; child > 0;) {
      const parent = (child - 1) >> 1
      if (!swapIfLater(parent, child)) return
      child = parent
    }
  }

  function sink() {
    for (let parent = 0; ;) {
      const left = 2 * parent + 1
      if (left >= heap.length) return
      const right = left + 1
      const first = right < heap.length && compare(heap[right]!, heap[left]!) < 0 ? right : left
      if (!swapIfLater(parent, first)) return
      parent = first
    }
  }

  return {
    add(at, phase, run) {
      heap.push({ at, run, rank: phases.indexOf(phase), sequence: sequence++ })
      rise(heap.length - 1)
    },
    next() {
      const [first] = heap
      const last = heap.pop()
      if (last && last !== first) {
        heap[0] = last
        sink()
      }
      return first
    },
  }
}

function compare(a: Node, b: Node): number {
  return a.at.getTime() - b.at.getTime() || a.rank - b.rank || a.sequence - b.sequence
}
