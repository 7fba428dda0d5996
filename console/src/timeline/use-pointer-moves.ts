import { type PointerEvent, type PointerEventHandler, useState } from 'react'
import { timeAt } from './time-view.ts'
import type { TimeSpan, WallTime } from './wall-time.ts'

export type PointerMoves = {
  /** Where the thumb is dragged to; undefined while it is not. */
  readonly dragged: WallTime | undefined
  /** What a mouse only points at. */
  readonly hovered: WallTime | undefined
  readonly handlers: Readonly<
    Record<
      'onPointerDown' | 'onPointerMove' | 'onPointerUp' | 'onPointerCancel' | 'onPointerLeave',
      PointerEventHandler<HTMLElement>
    >
  >
}

/** Mouse, pen and finger on a bar that shows `view`. `onDrop` is told the time at which one of them is let go. */
export function usePointerMoves(view: TimeSpan, onDrop: (time: WallTime) => void): PointerMoves {
  const [dragged, setDragged] = useState<WallTime>()
  const [hovered, setHovered] = useState<WallTime>()
  const timeUnder = ({ clientX, currentTarget }: PointerEvent<HTMLElement>): WallTime => {
    const { left, width } = currentTarget.getBoundingClientRect()
    return timeAt(view, (clientX - left) / width)
  }
  const onPointerDown: PointerEventHandler<HTMLElement> = event => {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    setDragged(timeUnder(event))
  }
  const onPointerMove: PointerEventHandler<HTMLElement> = event => {
    if (dragged !== undefined) setDragged(timeUnder(event))
    else if (event.pointerType === 'mouse') setHovered(timeUnder(event))
  }
  const onPointerUp: PointerEventHandler<HTMLElement> = event => {
    if (dragged === undefined) return
    setDragged(undefined)
    onDrop(timeUnder(event))
  }
  const onPointerCancel = () => setDragged(undefined)
  const onPointerLeave = () => setHovered(undefined)
  return { dragged, hovered, handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel, onPointerLeave } }
}
