import type { Bytes, Milliseconds } from '../../core/units.ts'
import type { Track } from '../../media/track.ts'
import {
  encodeElement,
  encodeFloat,
  encodeId,
  encodeText,
  encodeUnsigned,
  encodeVoid,
  encodeWideUnsigned,
} from './element.ts'
import type { ElementName } from './element-ids.ts'
import { encodeTrackEntry } from './track-entry.ts'
import { encodeVariableSize, unknownSize } from './variable-size-integer.ts'

/** One tick of the file is a millisecond, as in nearly all Matroska files. */
const timestampScale = 1_000_000
const writer = 'Sluice'

/** Bytes in place of those that the file has from `at` on. */
export type Patch = { readonly at: Bytes; readonly bytes: Uint8Array }

/** What stands before the first Cluster, and where in it things are to be told later. */
export type SegmentHead = {
  readonly bytes: Uint8Array
  /** Where the data of the Segment begin: positions in it count from here. */
  readonly dataStart: Bytes
  /** The SeekHead, then as many bytes of Void as its entry for the Cues will take. */
  readonly seekHeadAt: Bytes
  readonly seeks: readonly Seek[]
  /** A Void element, in whose place Duration goes. */
  readonly durationAt: Bytes
}

/** Where an element of the Segment is, counted from the start of the Segment's data. */
export type Seek = { readonly name: ElementName; readonly position: Bytes }

const durationSize: Bytes = 11
const seekSize: Bytes = 21
const seekHeadSize: Bytes = 5 + 3 * seekSize

/**
 * EBML header, start of a Segment of unknown size, SeekHead, Info, Tracks.
 *
 *     | EBML | Segment, size unknown | SeekHead of Info and Tracks | Void | Info { … Void } | Tracks |
 *
 * @param tracks Those that `matroskaCarries`.
 * @see RFC 9559 §4.5 (order of elements), RFC 8794 §11.2 (EBML Header)
 */
export function encodeSegmentHead(tracks: readonly Track[]): SegmentHead {
  const header = encodeEbmlHeader()
  const segment = encodeId('Segment')
  const info = encodeInfo()
  const tracksElement = encodeElement('Tracks', tracks.map(encodeTrackEntry))
  const dataStart = header.length + segment.length + unknownSize.length
  const seeks: readonly Seek[] = [
    { name: 'Info', position: seekHeadSize },
    { name: 'Tracks', position: seekHeadSize + info.length },
  ]
  const seekHead = [encodeSeekHead(seeks), encodeVoid(seekSize)]
  const bytes = Buffer.concat([header, segment, unknownSize, ...seekHead, info, tracksElement])
  const durationAt = dataStart + seekHeadSize + info.length - durationSize
  return { bytes, dataStart, seekHeadAt: dataStart, seeks, durationAt }
}

/** What is known of a Segment when nothing more comes. */
export type SegmentEnding = {
  readonly duration: Milliseconds
  /** Where the Cues are, counted from the start of the Segment's data; `undefined` if there are none. */
  readonly cuesPosition: Bytes | undefined
  /** Of the file. */
  readonly fileSize: Bytes
}

/** What makes the head tell how the Segment ended. */
export function segmentHeadPatches(head: SegmentHead, ending: SegmentEnding): readonly Patch[] {
  const { duration, cuesPosition, fileSize } = ending
  const cues: readonly Seek[] = cuesPosition === undefined ? [] : [{ name: 'Cues', position: cuesPosition }]
  const size = encodeVariableSize(fileSize - head.dataStart, unknownSize.length)
  return [
    { at: head.durationAt, bytes: encodeFloat('Duration', duration) },
    ...(cues.length === 0 ? [] : [{ at: head.seekHeadAt, bytes: encodeSeekHead([...head.seeks, ...cues]) }]),
    { at: head.dataStart - unknownSize.length, bytes: size },
  ]
}

function encodeEbmlHeader(): Uint8Array {
  return encodeElement('EBML', [
    encodeUnsigned('EBMLVersion', 1),
    encodeUnsigned('EBMLReadVersion', 1),
    encodeUnsigned('EBMLMaxIDLength', 4),
    encodeUnsigned('EBMLMaxSizeLength', 8),
    encodeText('DocType', 'matroska'),
    // 4: CodecDelay and SeekPreRoll. 2: SimpleBlock.
    encodeUnsigned('DocTypeVersion', 4),
    encodeUnsigned('DocTypeReadVersion', 2),
  ])
}

function encodeInfo(): Uint8Array {
  return encodeElement('Info', [
    encodeUnsigned('TimestampScale', timestampScale),
    encodeText('MuxingApp', writer),
    encodeText('WritingApp', writer),
    encodeVoid(durationSize),
  ])
}

/** RFC 9559 §5.1.1. Positions take eight bytes, so that all SeekHeads with as many entries are equally long. */
function encodeSeekHead(seeks: readonly Seek[]): Uint8Array {
  const entries = seeks.map(({ name, position }) =>
    encodeElement('Seek', [encodeElement('SeekID', [encodeId(name)]), encodeWideUnsigned('SeekPosition', position)]),
  )
  return encodeElement('SeekHead', entries)
}
