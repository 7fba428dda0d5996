import { useElementSize } from '@mantine/hooks'
import type { CSSProperties, KeyboardEvent, ReactNode } from 'react'
import { formatDuration } from '../format/duration.ts'
import { type KeptMedia, playableFrom } from './kept-media.ts'
import { timeMarks, zoneOffsetAt } from './time-marks.ts'
import { blocksOf, marksOf, shareOf } from './time-view.ts'
import css from './timeline-bar.module.css'
import { moveByKey, type TimelineMove } from './timeline-key.ts'
import { useKeyMoves } from './use-key-moves.ts'
import { usePointerMoves } from './use-pointer-moves.ts'
import { formatMoment, type TimeSpan, type WallTime } from './wall-time.ts'

/** A label needs so much room. */
const labelWidth = 90
/** So near to the right end, in shares of the bar, nobody means another time than now. */
const liveShare = 0.99

type BarProps = { readonly kept: KeptMedia; readonly view: TimeSpan }
type TimelineBarProps = BarProps & {
  readonly playhead: WallTime | undefined
  readonly onMove: (move: TimelineMove) => void
  /** What else lies over the bar. */
  readonly children: ReactNode
}

/** The bar itself: a slider over time, with labels below. */
export function TimelineBar({ kept, view, playhead, onMove, children }: TimelineBarProps) {
  const keys = useKeyMoves(onMove)
  const { dragged, hovered, handlers } = usePointerMoves(view, time => {
    const isNow = kept.isGrowing && view.to === kept.span.to && shareOf(view, time) > liveShare
    onMove({ from: isNow ? undefined : playableFrom(kept, time) })
  })
  const shown = dragged ?? (keys.pending ? keys.pending.from : playhead)
  const at = shown ?? kept.span.to
  const pointed = dragged ?? hovered
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const move = moveByKey(event, at, view, kept)
    if (move === undefined) return
    event.preventDefault()
    keys.move(move)
  }
  return (
    <>
      <div
        className={css.bar}
        role="slider"
        tabIndex={0}
        aria-label="Time"
        aria-valuemin={Math.round(kept.span.from / 1000)}
        aria-valuemax={Math.round(kept.span.to / 1000)}
        aria-valuenow={Math.round(at / 1000)}
        aria-valuetext={valueText(shown, kept)}
        data-dragging={dragged !== undefined}
        onKeyDown={onKeyDown}
        {...handlers}
      >
        <Ranges kept={kept} view={view} />
        {at >= view.from && at <= view.to && (
          <span className={css.thumb} style={{ left: percent(shareOf(view, at)) }} />
        )}
        {pointed !== undefined && <Pointed time={pointed} kept={kept} view={view} />}
        {children}
      </div>
      <Labels view={view} />
    </>
  )
}

/** What is kept, and where a publisher came back. */
function Ranges({ kept, view }: BarProps) {
  return (
    <>
      <div className={css.track}>
        {blocksOf(view, kept.ranges).map(({ left, width }) => (
          <span key={left} className={css.block} style={{ left: percent(left), width: percent(width) }} />
        ))}
      </div>
      {marksOf(view, kept.restarts).map(share => (
        <span key={share} className={css.restart} style={{ left: percent(share) }} title="The publisher came back" />
      ))}
    </>
  )
}

/** The time under the pointer. */
function Pointed({ time, kept: { span, ranges }, view }: BarProps & { time: WallTime }) {
  const isKept = ranges.some(({ from, to }) => time >= from && time <= to)
  const left = percent(shareOf(view, time))
  // The tip stays within the bar.
  const place: CSSProperties = { left: `clamp(64px, ${left}, calc(100% - 64px))` }
  return (
    <>
      <span className={css.needle} style={{ left }} />
      <span className={css.tip} style={place}>
        {formatMoment(time, span.to)}
        {!isKept && ' · nothing kept'}
      </span>
    </>
  )
}

function Labels({ view }: { view: TimeSpan }) {
  const { ref, width } = useElementSize<HTMLDivElement>()
  const most = Math.max(2, Math.floor(width / labelWidth))
  return (
    <div ref={ref} className={css.labels} aria-hidden="true">
      {timeMarks(view, most, zoneOffsetAt(view.to)).map(({ share, label }) => (
        <span key={label} className={css.label} style={{ left: percent(share) }}>
          {label}
        </span>
      ))}
    </div>
  )
}

function valueText(time: WallTime | undefined, { span, isGrowing }: KeptMedia): string {
  const edge = isGrowing ? 'live' : 'the end'
  if (time === undefined) return isGrowing ? 'Live' : 'The end'
  return `${formatMoment(time, span.to)}, ${formatDuration((span.to - time) / 1000)} before ${edge}`
}

function percent(share: number): string {
  return `${100 * share}%`
}
