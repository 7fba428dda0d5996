import type { ListedSegment } from './listed-rendition.ts'

/** Bits per second of the largest of the segments; 1 if nothing has come yet. */
export function peakRate(segments: readonly ListedSegment[]): number {
  return Math.ceil(measured(segments).reduce((most, { size, seconds }) => Math.max(most, (size * 8) / seconds), 1))
}

/** Bits per second of all of them; 1 if nothing has come yet. */
export function averageRate(segments: readonly ListedSegment[]): number {
  const { size, seconds } = sumOf(segments)
  return seconds === 0 ? 1 : Math.ceil((size * 8) / seconds)
}

/** Pictures per second; `undefined` if nothing has come yet. */
export function frameRate(segments: readonly ListedSegment[]): number | undefined {
  const { frames, seconds } = sumOf(segments)
  return seconds === 0 ? undefined : frames / seconds
}

function sumOf(segments: readonly ListedSegment[]): { size: number; frames: number; seconds: number } {
  const sum = { size: 0, frames: 0, seconds: 0 }
  for (const { size, frames, seconds } of measured(segments)) {
    sum.size += size
    sum.frames += frames
    sum.seconds += seconds
  }
  return sum
}

/** Complete ones, else what there is. */
function measured(segments: readonly ListedSegment[]): readonly ListedSegment[] {
  const complete = segments.filter(({ isComplete, isGap, duration }) => isComplete && !isGap && duration > 0)
  return complete.length > 0 ? complete : segments.filter(({ duration }) => duration > 0)
}
