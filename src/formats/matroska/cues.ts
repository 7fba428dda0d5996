import type { Bytes, Milliseconds } from '../../core/units.ts'
import { encodeElement, encodeUnsigned } from './element.ts'

/** A Cluster that begins where decoding can start. */
export type Cue = {
  /** Presentation time of its first frame. */
  readonly time: Milliseconds
  readonly trackNumber: number
  /** Of the Cluster, counted from the start of the Segment's data. */
  readonly position: Bytes
}

/** The index of a Segment: at least one cue. Source: RFC 9559 §5.1.5. */
export function encodeCues(cues: readonly Cue[]): Uint8Array {
  return encodeElement('Cues', cues.map(encodeCuePoint))
}

function encodeCuePoint({ time, trackNumber, position }: Cue): Uint8Array {
  return encodeElement('CuePoint', [
    encodeUnsigned('CueTime', time),
    encodeElement('CueTrackPositions', [
      encodeUnsigned('CueTrack', trackNumber),
      encodeUnsigned('CueClusterPosition', position),
    ]),
  ])
}
