import type { Segment } from './segment.ts'

/** Bits per second of the largest of the segments; 1 if nothing has come yet. */
export function peakRate(segments: readonly Segment[]): number {
  return Math.ceil(Math.max(1, ...measured(segments).map(({ size, seconds }) => (size * 8) / seconds)))
}

/** Bits per second of all of them; 1 if nothing has come yet. */
export function averageRate(segments: readonly Segment[]): number {
  const { size, seconds } = sumOf(segments)
  return seconds === 0 ? 1 : Math.ceil((size * 8) / seconds)
}

/** Pictures per second; `undefined` if nothing has come yet. */
export function frameRate(segments: readonly Segment[]): number | undefined {
  const { frames, seconds } = sumOf(segments)
  return seconds === 0 ? undefined : frames / seconds
}

function sumOf(segments: readonly Segment[]): { size: number; frames: number; seconds: number } {
  const sum = { size: 0, frames: 0, seconds: 0 }
  for (const { size, frames, seconds } of measured(segments)) {
    sum.size += size
    sum.frames += frames
    sum.seconds += seconds
  }
  return sum
}

/** Complete ones, else what there is. */
function measured(segments: readonly Segment[]): readonly Segment[] {
  const complete = segments.filter(({ isComplete, isGap, duration }) => isComplete && !isGap && duration > 0)
  return complete.length > 0 ? complete : segments.filter(({ duration }) => duration > 0)
}
