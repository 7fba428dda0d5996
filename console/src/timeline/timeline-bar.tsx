import { useElementSize, useMergedRef } from '@mantine/hooks'
import { type CSSProperties, type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react'
import { formatDuration } from '../format/duration.ts'
import { type KeptMedia, playableFrom } from './kept-media.ts'
import { timeMarks, zoneOffsetAt } from './time-marks.ts'
import { blocksOf, marksOf, shareOf, timeAt } from './time-view.ts'
import css from './timeline-bar.module.css'
import { moveByKey, type TimelineMove } from './timeline-key.ts'
import { formatMoment, type TimeSpan, type WallTime } from './wall-time.ts'

/** A label needs so much room. */
const labelWidth = 90
/** Keys that are held down move the thumb; playing follows when they rest. */
const keyRestMs = 400
/** So near to the right end, in shares of the bar, nobody means another time than now. */
const liveShare = 0.99

type TimelineBarProps = {
  readonly kept: KeptMedia
  readonly view: TimeSpan
  readonly playhead: WallTime | undefined
  readonly onMove: (move: TimelineMove) => void
}

/** The bar itself: a slider over time, with labels below. */
export function TimelineBar({ kept, view, playhead, onMove }: TimelineBarProps) {
  const { ref: sizeRef, width } = useElementSize<HTMLDivElement>()
  const bar = useRef<HTMLDivElement>(null)
  const [dragged, setDragged] = useState<WallTime>()
  const [hovered, setHovered] = useState<WallTime>()
  const keys = useKeyMoves(onMove)

  const shown = dragged ?? (keys.pending ? keys.pending.from : playhead)
  const at = shown ?? kept.span.to
  const pointed = dragged ?? hovered

  const timeUnder = ({ clientX }: PointerEvent): WallTime => {
    const { left, width: room } = bar.current?.getBoundingClientRect() ?? { left: 0, width: 1 }
    return timeAt(view, (clientX - left) / room)
  }
  const go = (time: WallTime) => {
    const isNow = kept.isGrowing && view.to === kept.span.to && shareOf(view, time) > liveShare
    onMove({ from: isNow ? undefined : playableFrom(kept, time) })
  }
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    setDragged(timeUnder(event))
  }
  const onPointerMove = (event: PointerEvent) =>
    dragged === undefined ? setHovered(timeUnder(event)) : setDragged(timeUnder(event))
  const onPointerUp = (event: PointerEvent) => {
    if (dragged === undefined) return
    setDragged(undefined)
    go(timeUnder(event))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const move = moveByKey(event, at, view, kept)
    if (move === undefined) return
    event.preventDefault()
    keys.move(move)
  }

  return (
    <div className={css.frame}>
      <div
        ref={useMergedRef(sizeRef, bar)}
        className={css.bar}
        role="slider"
        tabIndex={0}
        aria-label="Time"
        aria-valuemin={Math.round(kept.span.from / 1000)}
        aria-valuemax={Math.round(kept.span.to / 1000)}
        aria-valuenow={Math.round(at / 1000)}
        aria-valuetext={valueText(shown, kept)}
        data-dragging={dragged !== undefined}
        data-testid="timeline-bar"
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={() => setDragged(undefined)}
        onPointerLeave={() => setHovered(undefined)}
        onKeyDown={onKeyDown}
      >
        <div className={css.track}>
          {blocksOf(view, kept.ranges).map(({ left, width: share }) => (
            <span key={left} className={css.block} style={{ left: percent(left), width: percent(share) }} />
          ))}
        </div>
        {marksOf(view, kept.restarts).map(share => (
          <span key={share} className={css.restart} style={{ left: percent(share) }} title="The publisher came back" />
        ))}
        {at >= view.from && at <= view.to && (
          <span className={css.thumb} style={{ left: percent(shareOf(view, at)) }} data-testid="timeline-thumb" />
        )}
        {pointed !== undefined && (
          <>
            <span className={css.needle} style={{ left: percent(shareOf(view, pointed)) }} />
            <span className={css.tip} style={tipPlace(shareOf(view, pointed))} data-testid="timeline-tip">
              {tipText(pointed, kept)}
            </span>
          </>
        )}
      </div>
      <div className={css.labels} aria-hidden="true">
        {timeMarks(view, Math.max(2, Math.floor(width / labelWidth)), zoneOffsetAt(view.to)).map(({ share, label }) => (
          <span key={share} className={css.label} style={{ left: percent(share) }}>
            {label}
          </span>
        ))}
      </div>
    </div>
  )
}

type KeyMoves = {
  /** Where keys have gone to, before playing has followed. */
  readonly pending: TimelineMove | undefined
  readonly move: (to: TimelineMove) => void
}

function useKeyMoves(onMove: (move: TimelineMove) => void): KeyMoves {
  const [pending, setPending] = useState<TimelineMove>()
  const latest = useRef(onMove)
  useEffect(() => {
    latest.current = onMove
  })
  useEffect(() => {
    if (pending === undefined) return
    const timer = setTimeout(() => {
      setPending(undefined)
      latest.current(pending)
    }, keyRestMs)
    return () => clearTimeout(timer)
  }, [pending])
  return { pending, move: setPending }
}

function valueText(time: WallTime | undefined, { span }: KeptMedia): string {
  if (time === undefined) return 'Live'
  return `${formatMoment(time, span.to)}, ${formatDuration((span.to - time) / 1000)} behind live`
}

function tipText(time: WallTime, { span, ranges }: KeptMedia): string {
  const isKept = ranges.some(({ from, to }) => time >= from && time <= to)
  return isKept ? formatMoment(time, span.to) : `${formatMoment(time, span.to)} · nothing kept`
}

/** Tips stay within the bar. */
function tipPlace(share: number): CSSProperties {
  return { left: `clamp(64px, ${percent(share)}, calc(100% - 64px))` }
}

function percent(share: number): string {
  return `${100 * share}%`
}
