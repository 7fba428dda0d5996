import { crc32 } from 'node:zlib'
import type { ArchivedSegment } from '../../contracts/segments.ts'
import type { Bytes } from '../../core/units.ts'

/** One thing that the index of an hour says: a segment is there, or those below a number are there no more. */
export type DvrRecord =
  | { readonly type: 'segment'; readonly segment: ArchivedSegment }
  | { readonly type: 'removed'; readonly below: number }

/** Records up to the first one that is not whole, and how many bytes they take. */
export type DecodedIndex = { readonly records: readonly DvrRecord[]; readonly size: Bytes }

const types = { segment: 1, removed: 2, independentSegment: 3 }
/** Length and CRC. */
const headSize: Bytes = 6
const typeSize: Bytes = 1
/** Of a segment, without the name of its rendition, and of what was removed. */
const segmentSize: Bytes = 56
const removedSize: Bytes = 8

/**
 * Encode one record. All numbers have the highest byte first.
 *
 *     | length (16) | CRC-32 (32) | type (8) | …       length and CRC are those of what follows them
 *     segment  1 | number (f64) | position (f64) | period (f64) | time (f64) | duration (f64)
 *                | discontinuity (32) | timescale (32) | size (32) | frames (32) | rendition, in ASCII |
 *              3 | the same of a segment whose first frame can be decoded by itself
 *     removed  2 | below (f64) |
 */
export function encodeDvrRecord(record: DvrRecord): Uint8Array {
  const body = record.type === 'segment' ? encodeSegment(record.segment) : encodeRemoved(record.below)
  const head = Buffer.alloc(headSize)
  head.writeUInt16BE(body.length)
  head.writeUInt32BE(crc32(body), 2)
  return Buffer.concat([head, body])
}

/** Decode an index, as far as it is whole: what a crash has cut off, and what was damaged, ends it. */
export function decodeDvrIndex(bytes: Uint8Array): DecodedIndex {
  const records: DvrRecord[] = []
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = 0
  while (at + headSize <= view.length) {
    const end = at + headSize + view.readUInt16BE(at)
    if (end > view.length) break
    const body = view.subarray(at + headSize, end)
    const record = crc32(body) === view.readUInt32BE(at + 2) ? decodeBody(body) : undefined
    if (record === undefined) break
    records.push(record)
    at = end
  }
  return { records, size: at }
}

function encodeSegment(segment: ArchivedSegment): Buffer {
  const body = Buffer.alloc(typeSize + segmentSize)
  const { number, position, period, time, duration, discontinuity, timescale, size, frames, rendition } = segment
  let at = body.writeUInt8(segment.isIndependent ? types.independentSegment : types.segment)
  for (const value of [number, position, period, time, duration]) at = body.writeDoubleBE(value, at)
  for (const value of [discontinuity, timescale, size, frames]) at = body.writeUInt32BE(value, at)
  return Buffer.concat([body, Buffer.from(rendition, 'ascii')])
}

function encodeRemoved(below: number): Buffer {
  const body = Buffer.alloc(typeSize + removedSize)
  body.writeUInt8(types.removed)
  body.writeDoubleBE(below, typeSize)
  return body
}

function decodeBody(body: Buffer): DvrRecord | undefined {
  const type = body[0]
  if (type === types.removed && body.length === typeSize + removedSize) {
    return { type: 'removed', below: body.readDoubleBE(typeSize) }
  }
  const isIndependent = type === types.independentSegment
  if (!isIndependent && type !== types.segment) return undefined
  if (body.length <= typeSize + segmentSize) return undefined
  const double = (i: number): number => body.readDoubleBE(typeSize + 8 * i)
  const uint = (i: number): number => body.readUInt32BE(typeSize + 40 + 4 * i)
  const segment: ArchivedSegment = {
    ...{ number: double(0), position: double(1), period: double(2), time: double(3), duration: double(4) },
    ...{ discontinuity: uint(0), timescale: uint(1), size: uint(2), frames: uint(3), isIndependent },
    rendition: body.toString('ascii', typeSize + segmentSize),
  }
  return { type: 'segment', segment }
}
