import { useEffect, useEffectEvent, useState } from 'react'
import type { TimelineMove } from './timeline-key.ts'

/** Keys that are held down move the thumb; playing follows when they rest. */
const keyRestMs = 400

export type KeyMoves = {
  /** Where keys have gone to, before playing has followed. */
  readonly pending: TimelineMove | undefined
  readonly move: (to: TimelineMove) => void
}

export function useKeyMoves(onMove: (move: TimelineMove) => void): KeyMoves {
  const [pending, setPending] = useState<TimelineMove>()
  const settle = useEffectEvent((move: TimelineMove) => {
    setPending(undefined)
    onMove(move)
  })
  useEffect(() => {
    if (pending === undefined) return
    const timer = setTimeout(() => settle(pending), keyRestMs)
    return () => clearTimeout(timer)
  }, [pending])
  return { pending, move: setPending }
}
