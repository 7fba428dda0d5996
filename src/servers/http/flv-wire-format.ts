import type { PlacedFrame, RecordFlags, WireFormat, WireMuxer, WireWriter } from '../../contracts/wire-format.ts'
import type { Milliseconds } from '../../core/units.ts'
import { ConfigChanges, type ConfigTag } from '../../formats/flv/config-changes.ts'
import { playbackProfile } from '../../formats/flv/flv-profile.ts'
import { isForReaders, isTimeless, tagBodyHeadSize, tagType, writeTagBodyHead } from '../../formats/flv/frame-to-tag.ts'
import {
  previousTagSizeSize,
  type TagType,
  tagHeaderSize,
  writePreviousTagSize,
  writeTagHeader,
} from '../../formats/flv/tag-header.ts'

const plain: RecordFlags = { isJoinPoint: false, isRestart: false }
const joinPoint: RecordFlags = { isJoinPoint: true, isRestart: false }

/**
 * FLV tags with the absolute time of the stream, one record per tag: every viewer can take them as they are, over HTTP
 * and over WebSocket alike.
 *
 * @see Adobe Flash Video File Format 10.1, Annex E.3 (file body), E.4.1 (tag)
 */
export const flvWireFormat: WireFormat = { name: 'flv', createMuxer: out => new FlvMuxer(out) }

class FlvMuxer implements WireMuxer {
  readonly #out: WireWriter
  readonly #changes = new ConfigChanges(playbackProfile)

  constructor(out: WireWriter) {
    this.#out = out
  }

  write(placed: PlacedFrame): void {
    for (const tag of this.#changes.next(placed.tracks)) this.#writeConfig(tag, placed)
    if (isForReaders(placed.frame, playbackProfile)) this.#writeFrame(placed)
  }

  #writeConfig({ type, body }: ConfigTag, { time, tracks }: PlacedFrame): void {
    const at = this.#begin(type, body.length, time)
    this.#out.bytes.set(body, at)
    this.#out.commit(time, 0, plain, tracks)
  }

  #writeFrame({ frame, time, isJoinPoint, tracks }: PlacedFrame): void {
    const headSize = tagBodyHeadSize(frame, playbackProfile)
    const at = this.#begin(tagType(frame), headSize + frame.payload.length, isTimeless(frame) ? 0 : time)
    writeTagBodyHead(frame, playbackProfile, this.#out.bytes, at)
    this.#out.bytes.set(frame.payload, at + headSize)
    this.#out.commit(time, 0, isJoinPoint ? joinPoint : plain, tracks)
  }

  /** Reserve a record, and write all of the tag but its body. Returns the offset of the body. */
  #begin(type: TagType, bodySize: number, time: Milliseconds): number {
    const at = this.#out.reserve(tagHeaderSize + bodySize + previousTagSizeSize)
    writeTagHeader(this.#out.bytes, at, type, bodySize, time)
    writePreviousTagSize(this.#out.bytes, at + tagHeaderSize + bodySize, bodySize)
    return at + tagHeaderSize
  }
}
