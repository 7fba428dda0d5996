import type { Rendition } from './rendition.ts'
import type { Segment } from './segment.ts'

/** A segment as manifests tell it, wherever its bytes are. */
export type ListedSegment = Pick<Segment, 'number' | 'period' | 'parts' | 'isComplete' | 'isGap' | 'size' | 'frames'> &
  Pick<Segment, 'timescale' | 'time' | 'duration' | 'seconds' | 'isDiscontinuity' | 'key'>

/** A rendition as manifests tell it. */
export type ListedRendition = Pick<
  Rendition,
  'name' | 'kind' | 'isEnded' | 'isInterrupted' | 'isSilent' | 'isIndependent'
> &
  Pick<Rendition, 'targetDuration' | 'partTarget' | 'longestSegment' | 'eventSchemes'> & {
    readonly segments: readonly ListedSegment[]
    readonly newest: ListedSegment | undefined
  }
