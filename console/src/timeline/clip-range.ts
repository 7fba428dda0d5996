import type { TimeSpan, WallTime } from './wall-time.ts'

/** Which end of a clip is moved. */
export type ClipEnd = 'from' | 'to'

const usualLength = 30_000
const shortest = 1000

/** What a clip is at first: the half minute before what is seen, as far as it is kept. */
export function firstClip(kept: TimeSpan, playhead: WallTime): TimeSpan {
  const to = Math.min(kept.to, Math.max(playhead, kept.from + shortest))
  return { from: Math.max(kept.from, to - usualLength), to }
}

/** The clip with one end at another time: within what is kept, and not beyond the other end. */
export function withEnd(clip: TimeSpan, end: ClipEnd, time: WallTime, kept: TimeSpan): TimeSpan {
  if (end === 'from') return { ...clip, from: Math.min(Math.max(time, kept.from), clip.to - shortest) }
  return { ...clip, to: Math.max(Math.min(time, kept.to), clip.from + shortest) }
}

const step = 1000
const largeStep = 10_000

/** How far a key moves an end: arrows a second, with Shift or by pages ten. `undefined` for other keys. */
export function clipStep({ key, shiftKey }: { readonly key: string; readonly shiftKey: boolean }): number | undefined {
  const arrow = shiftKey ? largeStep : step
  if (key === 'ArrowLeft' || key === 'ArrowDown') return -arrow
  if (key === 'ArrowRight' || key === 'ArrowUp') return arrow
  if (key === 'PageDown') return -largeStep
  return key === 'PageUp' ? largeStep : undefined
}
