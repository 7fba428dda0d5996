import { type KeyboardEvent, type PointerEvent, useRef } from 'react'
import css from './clip-ends.module.css'
import { type ClipEnd, clipStep, withEnd } from './clip-range.ts'
import type { KeptMedia } from './kept-media.ts'
import { shareOf, timeAt } from './time-view.ts'
import { formatMoment, type TimeSpan } from './wall-time.ts'

type ClipEndsProps = {
  readonly clip: TimeSpan
  readonly kept: KeptMedia
  readonly view: TimeSpan
  readonly onChange: (clip: TimeSpan) => void
}

/** The clip on the bar, with an end on each side to be dragged. */
export function ClipEnds({ clip, kept, view, onChange }: ClipEndsProps) {
  const frame = useRef<HTMLDivElement>(null)
  const [left, right] = [100 * shareOf(view, clip.from), 100 * shareOf(view, clip.to)]
  const moveTo = (end: ClipEnd, clientX: number) => {
    const { left: edge, width } = frame.current?.getBoundingClientRect() ?? { left: 0, width: 1 }
    onChange(withEnd(clip, end, timeAt(view, (clientX - edge) / width), kept.span))
  }
  return (
    <div ref={frame} className={css.frame}>
      <span className={css.clip} style={{ left: `${left}%`, width: `${right - left}%` }} />
      {(['from', 'to'] as const).map(end => (
        <Handle
          key={end}
          end={end}
          clip={clip}
          kept={kept}
          share={shareOf(view, clip[end])}
          onPoint={clientX => moveTo(end, clientX)}
          onStep={step => onChange(withEnd(clip, end, clip[end] + step, kept.span))}
        />
      ))}
    </div>
  )
}

type HandleProps = Pick<ClipEndsProps, 'clip' | 'kept'> & {
  readonly end: ClipEnd
  readonly share: number
  readonly onPoint: (clientX: number) => void
  readonly onStep: (milliseconds: number) => void
}

function Handle({ end, clip, kept: { span }, share, onPoint, onStep }: HandleProps) {
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    event.stopPropagation()
    event.currentTarget.setPointerCapture(event.pointerId)
  }
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    event.stopPropagation()
    if (event.currentTarget.hasPointerCapture(event.pointerId)) onPoint(event.clientX)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = clipStep(event)
    if (step === undefined) return
    event.preventDefault()
    event.stopPropagation()
    onStep(step)
  }
  return (
    <span
      className={css.handle}
      style={{ left: `${100 * share}%` }}
      role="slider"
      tabIndex={0}
      aria-label={end === 'from' ? 'Start of the clip' : 'End of the clip'}
      aria-valuemin={Math.round((end === 'from' ? span.from : clip.from) / 1000)}
      aria-valuemax={Math.round((end === 'from' ? clip.to : span.to) / 1000)}
      aria-valuenow={Math.round(clip[end] / 1000)}
      aria-valuetext={formatMoment(clip[end], span.to)}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={event => event.stopPropagation()}
      onKeyDown={onKeyDown}
    />
  )
}
