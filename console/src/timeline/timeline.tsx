import { useState } from 'react'
import { formatDuration } from '../format/duration.ts'
import { Icon } from '../shell/icon.tsx'
import type { KeptMedia } from './kept-media.ts'
import { viewOf, wholeZoom, type Zoom, zooms } from './time-view.ts'
import css from './timeline.module.css'
import { TimelineBar } from './timeline-bar.tsx'
import type { TimelineMove } from './timeline-key.ts'
import { formatMoment, type WallTime } from './wall-time.ts'

const day = 86_400_000

type TimelineProps = {
  readonly kept: KeptMedia
  /** When what is seen was made; undefined for live. */
  readonly playhead: WallTime | undefined
  readonly onMove: (move: TimelineMove) => void
}

/** What is kept of the stream, to be moved in. */
export function Timeline({ kept, playhead, onMove }: TimelineProps) {
  const { span, isGrowing } = kept
  const [zoom, setZoom] = useState<Zoom>(span.to - span.from > day ? (zooms[2] ?? wholeZoom) : wholeZoom)
  const [end, setEnd] = useState<WallTime>()
  const view = viewOf(zoom, span, playhead ?? span.to, end)
  const leaf = (direction: -1 | 1) => setEnd(view.to + (direction * (view.to - view.from)) / 2)
  const move = (to: TimelineMove) => {
    if (to.from === undefined) setEnd(undefined)
    onMove(to)
  }
  return (
    <section className={css.timeline} aria-label="Timeline" data-testid="timeline">
      <TimelineBar kept={kept} view={view} playhead={playhead} onMove={move} />
      <div className={css.tools}>
        <p className={css.clock} data-testid="timeline-clock">
          {playhead === undefined ? (
            <span className={css.behind}>{isGrowing ? 'Drag to go back' : 'Drag to play what is kept'}</span>
          ) : (
            <>
              {formatMoment(playhead, span.to)}
              <span className={css.behind}> · {formatDuration((span.to - playhead) / 1000)} back</span>
            </>
          )}
        </p>
        <div className={css.buttons}>
          <LeafButton icon="back" name="Earlier" disabled={view.from <= span.from} onClick={() => leaf(-1)} />
          <LeafButton icon="forward" name="Later" disabled={view.to >= span.to} onClick={() => leaf(1)} />
        </div>
        <div className={css.buttons} role="group" aria-label="Time that is shown">
          {zooms.map(one => (
            <button
              key={one.name}
              type="button"
              className={css.button}
              aria-pressed={one === zoom}
              aria-label={one.label}
              onClick={() => {
                setZoom(one)
                setEnd(undefined)
              }}
            >
              {one.name}
            </button>
          ))}
        </div>
        {isGrowing && (
          <button
            type="button"
            className={css.live}
            data-live={playhead === undefined}
            aria-pressed={playhead === undefined}
            onClick={() => move({ from: undefined })}
          >
            Live
          </button>
        )}
      </div>
    </section>
  )
}

type LeafButtonProps = {
  readonly icon: 'back' | 'forward'
  readonly name: string
  readonly disabled: boolean
  readonly onClick: () => void
}

function LeafButton({ icon, name, disabled, onClick }: LeafButtonProps) {
  return (
    <button
      type="button"
      className={css.button}
      aria-label={name}
      title={name}
      aria-disabled={disabled}
      onClick={disabled ? undefined : onClick}
    >
      <Icon name={icon} size={16} />
    </button>
  )
}
