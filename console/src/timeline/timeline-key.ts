import { type KeptMedia, playableFrom } from './kept-media.ts'
import type { TimeSpan, WallTime } from './wall-time.ts'

const smallStep = 10_000
const largeStep = 60_000

/** What a key of a slider asks for: a time, or live. */
export type TimelineMove = { readonly from: WallTime | undefined }

/**
 * Arrows go ten seconds, with Shift a minute; Page Up and Page Down a tenth of what is shown; Home to the oldest, End to
 * live. `undefined` for other keys.
 *
 * @see WAI-ARIA Authoring Practices, slider pattern: keyboard interaction
 */
export function moveByKey(
  { key, shiftKey }: { readonly key: string; readonly shiftKey: boolean },
  playhead: WallTime,
  view: TimeSpan,
  kept: KeptMedia,
): TimelineMove | undefined {
  if (key === 'Home') return { from: playableFrom(kept, kept.span.from) }
  if (key === 'End') return { from: playableFrom(kept, kept.span.to) }
  const step = stepOf(key, shiftKey, view)
  if (step === undefined) return undefined
  return { from: playableFrom(kept, playhead + step, step < 0 ? -step : undefined) }
}

function stepOf(key: string, isLarge: boolean, { from, to }: TimeSpan): number | undefined {
  const arrow = isLarge ? largeStep : smallStep
  const page = Math.max(largeStep, (to - from) / 10)
  if (key === 'ArrowLeft' || key === 'ArrowDown') return -arrow
  if (key === 'ArrowRight' || key === 'ArrowUp') return arrow
  if (key === 'PageDown') return -page
  return key === 'PageUp' ? page : undefined
}
