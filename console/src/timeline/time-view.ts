import type { TimeSpan, WallTime } from './wall-time.ts'

/** How much time the bar shows; `undefined` for all that is kept. */
export type Zoom = { readonly name: string; readonly label: string; readonly span: number | undefined }

export const wholeZoom: Zoom = { name: 'All', label: 'Show all that is kept', span: undefined }
export const zooms: readonly Zoom[] = [
  { name: '10 min', label: 'Show ten minutes', span: 600_000 },
  { name: '1 h', label: 'Show an hour', span: 3_600_000 },
  { name: '24 h', label: 'Show a day', span: 86_400_000 },
  wholeZoom,
]

/** The least that is worth a bar. */
const shortestView = 60_000

/**
 * What the bar shows: the newest, unless what plays is older than that, or the viewer has moved it to `end`. Never more
 * than is there on the left, if there is enough.
 */
export function viewOf(zoom: Zoom, kept: TimeSpan, playhead: WallTime, end: WallTime | undefined): TimeSpan {
  const span = zoom.span ?? Math.max(shortestView, kept.to - kept.from)
  const follows = playhead >= kept.to - span ? kept.to : playhead + span / 2
  const earliest = Math.min(kept.to, kept.from + span)
  const to = Math.min(kept.to, Math.max(earliest, end ?? follows))
  return { from: to - span, to }
}

/** Where a time is in a view: 0 at its left, 1 at its right end; what is outside is at the nearer end. */
export function shareOf({ from, to }: TimeSpan, time: WallTime): number {
  return Math.min(1, Math.max(0, (time - from) / (to - from)))
}

/** The time at a share of a view, in whole milliseconds. */
export function timeAt({ from, to }: TimeSpan, share: number): WallTime {
  return Math.round(from + Math.min(1, Math.max(0, share)) * (to - from))
}

/** A part of the bar, in shares of its width. */
export type Block = { readonly left: number; readonly width: number }

/** What is narrower than this cannot be seen. */
const thinnest = 0.001

/** The ranges within a view. Gaps that nobody could see are closed: a day of short ones is a few blocks. */
export function blocksOf(view: TimeSpan, ranges: readonly TimeSpan[]): readonly Block[] {
  const blocks: { left: number; right: number }[] = []
  for (const { from, to } of ranges) {
    if (to <= view.from || from >= view.to) continue
    const [left, right] = [shareOf(view, from), shareOf(view, to)]
    const last = blocks.at(-1)
    if (last !== undefined && left - last.right < thinnest) last.right = right
    else blocks.push({ left, right })
  }
  return blocks.map(({ left, right }) => ({ left, width: Math.max(thinnest, right - left) }))
}

/** Where in a view times are, those outside left out, and of those that stand on each other one. */
export function marksOf(view: TimeSpan, times: readonly WallTime[]): readonly number[] {
  const inside = times.filter(time => time > view.from && time < view.to)
  const shares = inside.map(time => Math.round(shareOf(view, time) / thinnest) * thinnest)
  return [...new Set(shares)]
}
