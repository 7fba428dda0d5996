import { useState } from 'react'
import { formatDuration } from '../format/duration.ts'
import { IconButton } from '../shell/icon-button.tsx'
import { clipUrl, momentUrl, type StreamUrls } from '../streams/stream-urls.ts'
import { ClipEnds } from './clip-ends.tsx'
import { ClipPanel } from './clip-panel.tsx'
import { firstClip } from './clip-range.ts'
import type { KeptMedia } from './kept-media.ts'
import { MomentLink } from './moment-link.tsx'
import { viewOf, wholeZoom, type Zoom, zooms } from './time-view.ts'
import css from './timeline.module.css'
import { TimelineBar } from './timeline-bar.tsx'
import type { TimelineMove } from './timeline-key.ts'
import { formatMoment, type TimeSpan, type WallTime } from './wall-time.ts'
import { ZoomButtons } from './zoom-buttons.tsx'

const day = 86_400_000

type TimelineProps = {
  readonly kept: KeptMedia
  /** When what is seen was made; undefined for live. */
  readonly playhead: WallTime | undefined
  readonly onMove: (move: TimelineMove) => void
  readonly urls: StreamUrls
}

/** What is kept of the stream, to be moved in, and to cut clips out of. */
export function Timeline({ kept, playhead, onMove, urls }: TimelineProps) {
  const { span, isGrowing } = kept
  const [zoom, setZoom] = useState<Zoom>(span.to - span.from > day ? (zooms[2] ?? wholeZoom) : wholeZoom)
  const [end, setEnd] = useState<WallTime>()
  const [clip, setClip] = useState<TimeSpan>()
  const view = viewOf(zoom, span, playhead ?? span.to, end)
  const leaf = (direction: -1 | 1) => setEnd(view.to + (direction * (view.to - view.from)) / 2)
  const move = (to: TimelineMove) => {
    if (to.from === undefined) setEnd(undefined)
    onMove(to)
  }
  const zoomTo = (to: Zoom) => {
    setZoom(to)
    setEnd(undefined)
  }
  return (
    <section className={css.timeline} aria-label="Timeline">
      <TimelineBar kept={kept} view={view} playhead={playhead} onMove={move}>
        {clip && <ClipEnds clip={clip} kept={kept} view={view} onChange={setClip} />}
      </TimelineBar>
      <div className={css.tools}>
        <Clock kept={kept} playhead={playhead} />
        <div className={css.buttons}>
          <IconButton small icon="back" name="Earlier" disabled={view.from <= span.from} onClick={() => leaf(-1)} />
          <IconButton small icon="forward" name="Later" disabled={view.to >= span.to} onClick={() => leaf(1)} />
        </div>
        <ZoomButtons zoom={zoom} onChange={zoomTo} />
        <button
          type="button"
          className={css.button}
          aria-pressed={clip !== undefined}
          onClick={() => setClip(clip === undefined ? firstClip(span, playhead ?? span.to) : undefined)}
        >
          Clip
        </button>
        <MomentLink url={momentUrl(urls, playhead ?? span.to)} />
        {isGrowing && (
          <button
            type="button"
            className={css.live}
            aria-pressed={playhead === undefined}
            onClick={() => move({ from: undefined })}
          >
            Live
          </button>
        )}
      </div>
      {clip && <ClipPanel clip={clip} newest={span.to} url={clipUrl(urls, clip)} onClose={() => setClip(undefined)} />}
    </section>
  )
}

function Clock({ kept: { span, isGrowing }, playhead }: Pick<TimelineProps, 'kept' | 'playhead'>) {
  const hint = isGrowing ? 'Drag to go back' : 'Drag to play what is kept'
  return (
    <p className={css.clock} data-testid="timeline-clock">
      {playhead !== undefined && formatMoment(playhead, span.to)}
      <span className={css.behind}>
        {playhead === undefined ? hint : ` · ${formatDuration((span.to - playhead) / 1000)} back`}
      </span>
    </p>
  )
}
