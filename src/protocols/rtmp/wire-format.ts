import type { PlacedFrame, RecordFlags, WireFormat, WireMuxer, WireWriter } from '../../contracts/wire-format.ts'
import type { Milliseconds } from '../../core/units.ts'
import { ConfigChanges, type ConfigTag } from '../../formats/flv/config-changes.ts'
import type { FlvProfile } from '../../formats/flv/flv-profile.ts'
import {
  isForReaders,
  isTimeless,
  tagBodyHeadSize,
  trackTagType,
  writeTagBodyHead,
} from '../../formats/flv/frame-to-tag.ts'
import { type TagType, tagTypes } from '../../formats/flv/tag-header.ts'
import type { Track } from '../../media/track.ts'
import { deltaHeaderSize, mediaChunkStream, writeDeltaHeader } from './media-header.ts'

/** Bit of a record's tag: see `isTimeless`. */
export const timelessTag = 0x100

/** Longest distance that a type 1 header carries without the extended field; longer ones restart the chunk stream. */
const longestDelta = 0xfffffe

const plain: RecordFlags = { isJoinPoint: false, isRestart: false }
const joinPoint: RecordFlags = { isJoinPoint: true, isRestart: false }
const restart: RecordFlags = { isJoinPoint: false, isRestart: true }
const joinPointRestart: RecordFlags = { isJoinPoint: true, isRestart: true }

/** Media messages as RTMP chunks of `chunkSize`, in a form that all readers of one profile can share. */
export function rtmpWireFormat(chunkSize: number, profile: FlvProfile): WireFormat {
  return { name: `rtmp/${chunkSize}/${profile.name}`, createMuxer: out => new RtmpMuxer(out, chunkSize, profile) }
}

/**
 * Every message is one record that opens with a type 1 chunk header: its time is the distance from the message before
 * on the same chunk stream, and its message stream id is whatever the player's own first header said. So the bytes hold
 * nothing of any one player. Where that fails (the first message of a track, time that goes back, script data, which is
 * too rare to be worth a distance) the record is a restart: each player's side gives it a type 0 header of its own.
 * The record's tag is the chunk stream id, and `timelessTag` beside it for a message whose timestamp is to be 0.
 *
 * @see RTMP 1.0 §5.3.1.2
 */
class RtmpMuxer implements WireMuxer {
  readonly #out: WireWriter
  readonly #chunkSize: number
  readonly #profile: FlvProfile
  /** Time of the newest message by type; `undefined` where a player may not have seen one. */
  readonly #lastTimes: Record<TagType, Milliseconds | undefined> = { 8: undefined, 9: undefined, 18: undefined }
  readonly #changes: ConfigChanges
  #tracks: readonly Track[] = []
  /** A frame where readers may start was left out: they start at the next one that is not. */
  #isJoinDue = false

  constructor(out: WireWriter, chunkSize: number, profile: FlvProfile) {
    this.#out = out
    this.#chunkSize = chunkSize
    this.#profile = profile
    this.#changes = new ConfigChanges(profile)
  }

  write(placed: PlacedFrame): void {
    if (placed.tracks !== this.#tracks) this.#restartNewTypes(placed.tracks)
    for (const tag of this.#changes.next(placed.tracks)) this.#writeConfig(tag, placed)
    this.#isJoinDue ||= placed.isJoinPoint
    if (isForReaders(placed.frame, this.#profile)) this.#writeFrame(placed)
  }

  /** A player that joined while the stream had no track of a type knows no time of it. */
  #restartNewTypes(tracks: readonly Track[]): void {
    const known = new Set(this.#tracks.map(trackTagType))
    this.#tracks = tracks
    for (const track of tracks) {
      const type = trackTagType(track)
      if (!known.has(type)) this.#lastTimes[type] = undefined
    }
  }

  #writeConfig({ type, body }: ConfigTag, { time, tracks }: PlacedFrame): void {
    const bodyAt = this.#begin(type, body.length, time)
    this.#fill(bodyAt, 0, body, type)
    this.#commit(type, time, plain, mediaChunkStream(type), tracks)
  }

  #writeFrame({ frame, time, tracks }: PlacedFrame): void {
    const type = trackTagType(frame.track)
    const headSize = tagBodyHeadSize(frame, this.#profile)
    const bodyAt = this.#begin(type, headSize + frame.payload.length, time)
    // A tag head has 15 bytes at most and the smallest chunk that we are configured to send has 128, so it never splits.
    writeTagBodyHead(frame, this.#profile, this.#out.bytes, bodyAt)
    this.#fill(bodyAt, headSize, frame.payload, type)
    const tag = mediaChunkStream(type) | (isTimeless(frame) ? timelessTag : 0)
    // Nobody starts at data, and at an inter frame only where the pictures that come first are none.
    const isJoinPoint = this.#isJoinDue && frame.track.kind !== 'data' && frame.isKey
    if (isJoinPoint) this.#isJoinDue = false
    this.#commit(type, time, isJoinPoint ? joinPoint : plain, tag, tracks)
  }

  /** Reserve a record and write its first header. Returns the offset of the message body. */
  #begin(type: TagType, length: number, time: Milliseconds): number {
    const continuations = Math.max(0, Math.ceil(length / this.#chunkSize) - 1)
    const at = this.#out.reserve(deltaHeaderSize + length + continuations)
    // The delta of a restart is never sent.
    const delta = this.#isRestart(type, time) ? 0 : time - (this.#lastTimes[type] ?? time)
    writeDeltaHeader(this.#out.bytes, at, mediaChunkStream(type), delta, length, type)
    return at + deltaHeaderSize
  }

  /** Write `bytes` as the message body from its byte `from` on, with a type 3 header at each chunk boundary. */
  #fill(bodyAt: number, from: number, bytes: Uint8Array, type: TagType): void {
    const into = this.#out.bytes
    const size = this.#chunkSize
    let at = bodyAt + from
    let room = size - from
    let done = 0
    while (bytes.length - done > room) {
      into.set(bytes.subarray(done, done + room), at)
      at += room
      done += room
      into[at++] = 0xc0 | mediaChunkStream(type)
      room = size
    }
    into.set(done === 0 ? bytes : bytes.subarray(done), at)
  }

  #commit(type: TagType, time: Milliseconds, flags: RecordFlags, tag: number, tracks: readonly Track[]): void {
    const isRestart = this.#isRestart(type, time)
    this.#lastTimes[type] = time
    this.#out.commit(time, tag, isRestart ? restartOf(flags) : flags, tracks)
  }

  #isRestart(type: TagType, time: Milliseconds): boolean {
    const last = this.#lastTimes[type]
    return type === tagTypes.script || last === undefined || time < last || time - last > longestDelta
  }
}

function restartOf(flags: RecordFlags): RecordFlags {
  return flags.isJoinPoint ? joinPointRestart : restart
}
