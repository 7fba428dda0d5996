import { ByteReader } from '../../core/byte-reader.ts'
import type { Bytes } from '../../core/units.ts'
import { type Descriptor, decodeDescriptors } from './descriptors.ts'
import type { ElementaryStream } from './elementary-stream.ts'
import { programNumber } from './program-association.ts'
import { encodeSection, longestSectionBody, tableIds } from './psi-section.ts'

/** PCR_PID and program_info_length. */
const mapHeadSize: Bytes = 4
/** stream_type, elementary_PID and ES_info_length. */
const entryHeadSize: Bytes = 5

/** A stream of the program, and the PID that it has. */
export type MappedStream = {
  readonly pid: number
  readonly stream: Pick<ElementaryStream, 'streamType' | 'descriptors' | 'programDescriptors'>
}

export type ProgramMap = {
  /** The PID of the packets that carry the program's clock. */
  readonly pcrPid: number
  readonly version: number
  readonly streams: readonly MappedStream[]
}

/**
 * The program map section.
 *
 *     | reserved 111 | PCR_PID (13) | reserved 1111 | program_info_length (12) | descriptors |
 *     | { stream_type (8) | reserved 111 | elementary_PID (13) | reserved 1111 | ES_info_length (12) | descriptors } … |
 *
 * @throws {RangeError} If the streams do not fit into one section.
 * @see ISO/IEC 13818-1 §2.4.4.9
 */
export function encodeProgramMap({ pcrPid, version, streams }: ProgramMap): Uint8Array {
  const program = programDescriptorsOf(streams)
  const head = [0xe0 | (pcrPid >> 8), pcrPid & 0xff, 0xf0, program.length, ...program]
  const entries = streams.flatMap(({ pid, stream: { streamType, descriptors } }) => {
    const { length } = descriptors
    return [streamType, 0xe0 | (pid >> 8), pid & 0xff, 0xf0 | (length >> 8), length & 0xff, ...descriptors]
  })
  const body = [...head, ...entries]
  return encodeSection({ tableId: tableIds.programMap, idExtension: programNumber, version, body })
}

/** Each once, however many streams need it. */
function programDescriptorsOf(streams: readonly MappedStream[]): readonly number[] {
  return [...new Set(streams.map(({ stream }) => stream.programDescriptors ?? []))].flat()
}

/** How many of the streams, from the first on, one map can tell of. */
export function mappableStreams(streams: readonly MappedStream[]): number {
  let count = streams.length
  while (count > 0 && mapBodySize(streams.slice(0, count)) > longestSectionBody) count--
  return count
}

function mapBodySize(streams: readonly MappedStream[]): Bytes {
  const own = streams.reduce((size, { stream }) => size + entryHeadSize + stream.descriptors.length, 0)
  return mapHeadSize + programDescriptorsOf(streams).length + own
}

/** A stream that a program map tells of. */
export type ProgramStream = {
  readonly pid: number
  readonly streamType: number
  readonly descriptors: readonly Descriptor[]
}

/**
 * The streams of a program map section. `encodeProgramMap` has the layout.
 *
 * @param body Of the section.
 * @throws {ProtocolError}
 * @see ISO/IEC 13818-1 §2.4.4.9
 */
export function decodeProgramMap(body: Uint8Array): readonly ProgramStream[] {
  const reader = new ByteReader(body, 'mpegts')
  reader.u16() // PCR_PID
  reader.bytes(reader.u16() & 0x0fff) // descriptors of the program
  const streams: ProgramStream[] = []
  while (reader.bytesLeft > 0) {
    const streamType = reader.u8()
    const pid = reader.u16() & 0x1fff
    streams.push({ pid, streamType, descriptors: decodeDescriptors(reader.bytes(reader.u16() & 0x0fff)) })
  }
  return streams
}
