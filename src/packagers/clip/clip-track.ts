import type { Bytes, Ticks } from '../../core/units.ts'
import type { FileSample } from '../../formats/fmp4/file-sample.ts'
import { SampleTableWriter } from '../../formats/fmp4/sample-table-writer.ts'
import type { SegmentHead } from '../../formats/fmp4/segment-head.ts'
import type { SegmentSamples } from '../../formats/fmp4/segment-samples.ts'

/** Bytes of a segment, the end left out. */
export type SegmentPart = { readonly start: Bytes; readonly end: Bytes }

/** Which samples of a segment are taken: those between two indexes, the second left out. */
export type SampleRange = { readonly from: number; readonly to: number }

/** One track of a clip while its samples are gathered. */
export class ClipTrack {
  readonly rendition: string
  readonly head: SegmentHead
  readonly tables = new SampleTableWriter()
  /** True before its first sample, and behind a gap. */
  needsKey = true

  constructor(rendition: string, head: SegmentHead) {
    this.rendition = rendition
    this.head = head
  }

  get isPicture(): boolean {
    return this.head.handler === 'vide'
  }

  /**
   * Take samples of a segment.
   *
   * @param at Where they will be, from the beginning of the media data.
   * @param shift From their times to those of the clip.
   * @returns Where in the segment their bytes are.
   */
  take(segment: SegmentSamples, range: SampleRange, at: Bytes, shift: Ticks): readonly SegmentPart[] {
    const samples = segment.samples.slice(range.from, range.to)
    if (samples.length === 0) return []
    this.needsKey = false
    const placed = samples.map((sample, i) => {
      const next = segment.samples[range.from + i + 1]
      const duration = (next?.decodeTime ?? segment.end) - sample.decodeTime
      return { ...sample, duration, decodeTime: sample.decodeTime + shift }
    })
    this.tables.addChunk(at, placed)
    return partsOf(samples)
  }
}

/** Neighbours are one part. */
function partsOf(samples: readonly FileSample[]): readonly SegmentPart[] {
  const parts: { start: Bytes; end: Bytes }[] = []
  for (const { at, size } of samples) {
    const last = parts.at(-1)
    if (last?.end === at) last.end += size
    else parts.push({ start: at, end: at + size })
  }
  return parts
}

/** When a sample is presented. */
export function presentationOf({ decodeTime, compositionOffset }: FileSample): Ticks {
  return decodeTime + compositionOffset
}

/** The last key frame that is presented at a time or before; -1 if there is none. */
export function keyFrameAt({ samples }: SegmentSamples, time: Ticks): number {
  return samples.findLastIndex(sample => sample.isSync && presentationOf(sample) <= time)
}
