import { crc32 } from 'node:zlib'
import type { ArchivedSegment, SegmentEvent } from '../../contracts/segments.ts'
import type { Bytes } from '../../core/units.ts'
import type { StoredObject } from './bucket/stored-object.ts'

/** One thing that the index of an hour says. */
export type DvrRecord =
  /** A segment is there. */
  | { readonly type: 'segment'; readonly segment: ArchivedSegment }
  /** A segment that follows tells something besides its media. */
  | { readonly type: 'event'; readonly rendition: string; readonly number: number; readonly event: SegmentEvent }
  /** Segments below a number are there no more. */
  | { readonly type: 'removed'; readonly below: number }
  /** Segments are in the bucket. */
  | { readonly type: 'stored'; readonly object: StoredObject }
  /** Files of segments below a number are not on the disk any more: what is not in the bucket is lost. */
  | { readonly type: 'evicted'; readonly below: number }

/** Records up to the first one that is not whole, and how many bytes they take. */
export type DecodedIndex = { readonly records: readonly DvrRecord[]; readonly size: Bytes }

const types = { segment: 1, removed: 2, independentSegment: 3, stored: 4, evicted: 5, event: 6 }
/** Length and CRC. */
const prefixSize: Bytes = 6
const typeSize: Bytes = 1
/** Of a segment and of an object, without the name of its rendition, and of a number. */
const segmentSize: Bytes = 56
const objectSize: Bytes = 20
const numberSize: Bytes = 8
/** Of an event, without its texts and what it says: number, moment, and sizes of two texts. */
const eventSize: Bytes = 18

/**
 * Encode one record. All numbers have the highest byte first.
 *
 *     | length (16) | CRC-32 (32) | type (8) | …       length and CRC are those of what follows them
 *     segment  1 | number (f64) | position (f64) | period (f64) | time (f64) | duration (f64)
 *                | discontinuity (32) | timescale (32) | size (32) | frames (32) | rendition, in ASCII |
 *              3 | the same of a segment whose first frame can be decoded by itself
 *     removed  2 | below (f64) |
 *     stored   4 | first (f64) | last (f64) | size of the initialisation segment (32) | rendition, in ASCII |
 *     evicted  5 | below (f64) |
 *     event    6 | number (f64) | moment in ms (f64) | size of the rendition (8) | size of the scheme (8)
 *                | rendition, in ASCII | scheme, in ASCII | what it says |
 */
export function encodeDvrRecord(record: DvrRecord): Uint8Array {
  const body = encodeBody(record)
  const head = Buffer.alloc(prefixSize)
  head.writeUInt16BE(body.length)
  head.writeUInt32BE(crc32(body), 2)
  return Buffer.concat([head, body])
}

/** Decode an index, as far as it is whole: what a crash has cut off, and what was damaged, ends it. */
export function decodeDvrIndex(bytes: Uint8Array): DecodedIndex {
  const records: DvrRecord[] = []
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = 0
  while (at + prefixSize <= view.length) {
    const end = at + prefixSize + view.readUInt16BE(at)
    if (end > view.length) break
    const body = view.subarray(at + prefixSize, end)
    const record = crc32(body) === view.readUInt32BE(at + 2) ? decodeBody(body) : undefined
    if (record === undefined) break
    records.push(record)
    at = end
  }
  return { records, size: at }
}

function encodeBody(record: DvrRecord): Buffer {
  switch (record.type) {
    case 'segment':
      return encodeSegment(record.segment)
    case 'stored':
      return encodeObject(record.object)
    case 'event':
      return encodeEvent(record)
    default:
      return encodeNumber(types[record.type], record.below)
  }
}

function encodeSegment(segment: ArchivedSegment): Buffer {
  const body = Buffer.alloc(typeSize + segmentSize)
  const { number, position, period, time, duration, discontinuity, timescale, size, frames, rendition } = segment
  let at = body.writeUInt8(segment.isIndependent ? types.independentSegment : types.segment)
  for (const value of [number, position, period, time, duration]) at = body.writeDoubleBE(value, at)
  for (const value of [discontinuity, timescale, size, frames]) at = body.writeUInt32BE(value, at)
  return Buffer.concat([body, Buffer.from(rendition, 'ascii')])
}

function encodeObject({ first, last, headSize, rendition }: StoredObject): Buffer {
  const body = Buffer.alloc(typeSize + objectSize)
  let at = body.writeUInt8(types.stored)
  for (const value of [first, last]) at = body.writeDoubleBE(value, at)
  body.writeUInt32BE(headSize, at)
  return Buffer.concat([body, Buffer.from(rendition, 'ascii')])
}

function encodeEvent({ rendition, number, event }: DvrRecord & { readonly type: 'event' }): Buffer {
  const head = Buffer.alloc(typeSize + eventSize)
  const texts = [rendition, event.scheme].map(text => Buffer.from(text, 'ascii'))
  let at = head.writeUInt8(types.event)
  for (const value of [number, event.at]) at = head.writeDoubleBE(value, at)
  for (const { length } of texts) at = head.writeUInt8(length, at)
  return Buffer.concat([head, ...texts, event.data])
}

function encodeNumber(type: number, below: number): Buffer {
  const body = Buffer.alloc(typeSize + numberSize)
  body.writeDoubleBE(below, body.writeUInt8(type))
  return body
}

function decodeBody(body: Buffer): DvrRecord | undefined {
  const type = body[0]
  if (body.length === typeSize + numberSize) {
    const below = body.readDoubleBE(typeSize)
    if (type === types.removed) return { type: 'removed', below }
    if (type === types.evicted) return { type: 'evicted', below }
  }
  if (type === types.stored && body.length > typeSize + objectSize)
    return { type: 'stored', object: decodeObject(body) }
  if (type === types.event) return decodeEvent(body)
  const isIndependent = type === types.independentSegment
  if ((!isIndependent && type !== types.segment) || body.length <= typeSize + segmentSize) return undefined
  return { type: 'segment', segment: decodeSegment(body, isIndependent) }
}

function decodeObject(body: Buffer): StoredObject {
  const [first, last] = [body.readDoubleBE(typeSize), body.readDoubleBE(typeSize + 8)]
  const rendition = body.toString('ascii', typeSize + objectSize)
  return { rendition, first, last, headSize: body.readUInt32BE(typeSize + 16) }
}

/** `undefined` if its texts are longer than all of it. */
function decodeEvent(body: Buffer): DvrRecord | undefined {
  if (body.length < typeSize + eventSize) return undefined
  const [number, at] = [body.readDoubleBE(typeSize), body.readDoubleBE(typeSize + 8)]
  const schemeAt = typeSize + eventSize + body.readUInt8(typeSize + 16)
  const dataAt = schemeAt + body.readUInt8(typeSize + 17)
  if (dataAt > body.length) return undefined
  const rendition = body.toString('ascii', typeSize + eventSize, schemeAt)
  const scheme = body.toString('ascii', schemeAt, dataAt)
  return { type: 'event', rendition, number, event: { scheme, at, data: Uint8Array.from(body.subarray(dataAt)) } }
}

function decodeSegment(body: Buffer, isIndependent: boolean): ArchivedSegment {
  const double = (i: number): number => body.readDoubleBE(typeSize + 8 * i)
  const uint = (i: number): number => body.readUInt32BE(typeSize + 40 + 4 * i)
  return {
    ...{ number: double(0), position: double(1), period: double(2), time: double(3), duration: double(4) },
    ...{ discontinuity: uint(0), timescale: uint(1), size: uint(2), frames: uint(3), isIndependent },
    rendition: body.toString('ascii', typeSize + segmentSize),
  }
}
