import type { Ticks } from '../../core/units.ts'
import { decodeBoxes, decodeBoxHeader } from './decode-box.ts'
import { decodeFragment } from './decode-fragment.ts'
import type { FileSample } from './file-sample.ts'
import type { SegmentHead } from './segment-head.ts'

/** The samples of a segment, in the order of their decode times, which are those of the stream. */
export type SegmentSamples = {
  /** `at` counts from the beginning of the segment. */
  readonly samples: readonly FileSample[]
  /** Where the last sample ends. */
  readonly end: Ticks
}

/**
 * Decode what stands in the fragments of a segment, all of them whole, by what its initialisation segment says.
 *
 * @throws {ProtocolError}
 * @see ISO/IEC 14496-12 §8.8
 */
export function decodeSegmentSamples({ trackId, defaults, shift }: SegmentHead, segment: Uint8Array): SegmentSamples {
  const samples: FileSample[] = []
  let end: Ticks = 0
  for (const { moof, at } of fragmentsOf(segment)) {
    for (const run of decodeFragment(moof, at, id => (id === trackId ? { defaults, end } : undefined))) {
      for (const sample of run.samples) samples.push({ ...sample, decodeTime: sample.decodeTime + shift })
      end = run.end
    }
  }
  return { samples, end: end + shift }
}

function* fragmentsOf(segment: Uint8Array): Generator<{ readonly moof: Uint8Array; readonly at: number }> {
  let at = 0
  for (const { type, data } of decodeBoxes(segment)) {
    const header = decodeBoxHeader(segment, at)
    if (type === 'moof') yield { moof: data, at }
    at += (header?.headerSize ?? 0) + data.length
  }
}
