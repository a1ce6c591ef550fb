import { useEffect, useRef, useState } from 'react'

const settlesMs = 400

/**
 * Which promise is chosen: by its id, as another one may take its place at any moment. When it is gone, the one that has its
 * place is chosen.
 */
export function useSelection(ids: readonly string[]) {
  const [wanted, setWanted] = useState<string>()
  const place = useRef(0)
  const changedAt = useRef(-settlesMs)
  const order = ids.join(' ')
  const before = useRef(order)
  const selected = wanted !== undefined && ids.includes(wanted) ? wanted : ids[Math.min(place.current, ids.length - 1)]
  useEffect(() => {
    if (before.current !== order) changedAt.current = performance.now()
    before.current = order
  }, [order])
  // Whatever is shown as chosen stays so, wherever it goes.
  useEffect(() => setWanted(selected), [selected])
  useEffect(() => {
    if (selected !== undefined) place.current = order.split(' ').indexOf(selected)
  }, [selected, order])
  return {
    selected,
    select: setWanted,
    move: (step: number) => {
      const at = selected === undefined ? 0 : ids.indexOf(selected)
      const next = ids[Math.max(0, Math.min(ids.length - 1, at + step))]
      if (next === undefined) return
      setWanted(next)
      document.getElementById(rowId(next))?.scrollIntoView({ block: 'nearest' })
    },
    /** Right after the order has changed nobody has seen what a key would be about. */
    isSettled: () => performance.now() - changedAt.current > settlesMs,
  }
}

export function rowId(callbackId: string): string {
  return `promise-${callbackId}`
}
