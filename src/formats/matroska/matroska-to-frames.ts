import { ProtocolError } from '../../core/errors.ts'
import type { Bytes, Ticks } from '../../core/units.ts'
import type { Frame } from '../../media/frame.ts'
import { type LeftOutTrack, nothingIsRead } from '../../media/left-out-track.ts'
import type { Track } from '../../media/track.ts'
import { isSameConfig, type TrackDescription, TrackSet } from '../../media/track-set.ts'
import { type Block, decodeBlockGroup, decodeSimpleBlock } from './block.ts'
import { decodeElements, decodeUnsigned, type Element, findUnsigned } from './decode-element.ts'
import { decodeTrackEntry, describeTrack, isVideoCodec, type TrackEntry } from './decode-track-entry.ts'
import { checkEbmlHeader } from './ebml-header.ts'
import { elementIds } from './element-ids.ts'
import { ElementReader } from './element-reader.ts'
import { type FileFrame, FileTrack } from './file-track.ts'

const nanosecondsPerSecond = 1_000_000_000
/** A millisecond. Source: RFC 9559 §5.1.2.9. */
const defaultTimestampScale = 1_000_000
/** TrackEntries of a file, those that are not read included. */
const maxTrackEntries = 256
/** What waits at most for the first decode times. */
const maxHeldFrames = 1024
const maxHeldBytes: Bytes = 32 * 1024 * 1024

/** What was not as it should be. Plain numbers that only grow. */
export type MatroskaFaults = {
  /** Elements that were cut off, and pictures that could not be decoded after a loss. */
  readonly damagedUnits: number
  /** Bytes that were passed over since something was lost. */
  readonly skippedBytes: Bytes
}

/** How the timestamps of a Segment count. */
type SegmentClock = {
  /** Of the tracks. */
  readonly timescale: number
  /** Of one unit of the Segment. */
  readonly ticks: Ticks
}

/**
 * Turns a Matroska or WebM file, or a stream of one, into frames and tracks. Pure and incremental: sizes may be unknown,
 * and what was cut off can be read up to the last whole block. Where bytes were lost, it goes on with the next Cluster,
 * and pictures with the next key frame.
 *
 * Times are those of the file, less what a codec says is silent before the beginning. Matroska tells when pictures are
 * shown, not when they are decoded: see `DecodeTimes`. Until that is settled, which takes 17 pictures, frames are held
 * back. A further document behind the first begins anew, its times too.
 *
 * Tracks of codecs that we do not carry, subtitles and data are left out.
 *
 * @see RFC 9559, RFC 8794
 */
export class MatroskaToFrames {
  readonly #elements = new ElementReader()
  readonly #tracks = new TrackSet('matroska')
  #clock: SegmentClock = clockOf(defaultTimestampScale)
  /** By track number; `undefined` before the Tracks have come. */
  #fileTracks: ReadonlyMap<number, FileTrack> | undefined
  #leftOut: readonly LeftOutTrack[] = []
  /** Of the Cluster; `undefined` before it is told. */
  #clusterTimestamp: Ticks | undefined
  #held: FileFrame[] = []
  #heldBytes: Bytes = 0
  /** Tracks whose pictures cannot be decoded before the next key frame. */
  readonly #awaitingKey = new Set<FileTrack>()
  #damagedUnits = 0

  /** The tracks in their newest generation, by id. The same array until one of them changes. */
  get tracks(): readonly Track[] {
    return this.#tracks.list
  }

  /** The tracks that are not read, and why. */
  get leftOut(): readonly LeftOutTrack[] {
    return this.#leftOut
  }

  /** Bytes of the element that has begun and not ended. At the end of a file: how much of it is torn off. */
  get pendingBytes(): Bytes {
    return this.#elements.pendingBytes
  }

  get faults(): MatroskaFaults {
    return { damagedUnits: this.#damagedUnits, skippedBytes: this.#elements.skippedBytes }
  }

  /** Bytes are missing before the next piece. */
  lost(): void {
    if (this.#elements.pendingBytes > 0) this.#damagedUnits++
    this.#elements.lost()
    for (const fileTrack of this.#fileTracks?.values() ?? []) if (fileTrack.isVideo) this.#awaitingKey.add(fileTrack)
  }

  /**
   * Take in the next piece of the file. Borrows `piece`.
   *
   * @returns The frames that are complete with it, in the order of the file. They own their payloads.
   * @throws {ProtocolError} If it is no Matroska, or none that can be read.
   */
  push(piece: Uint8Array): Frame[] {
    const frames: Frame[] = []
    for (const element of this.#elements.push(piece)) this.#take(element, frames)
    return frames
  }

  /** Nothing more comes. @returns The frames that were held back. */
  flush(): Frame[] {
    const frames: Frame[] = []
    this.#release(frames)
    return frames
  }

  #take({ id, data }: Element, frames: Frame[]): void {
    switch (id) {
      case elementIds.EBML:
        checkEbmlHeader(data)
        this.#release(frames)
        this.#fileTracks = undefined
        this.#clock = clockOf(defaultTimestampScale)
        return
      case elementIds.Info:
        this.#clock = clockOf(findUnsigned(decodeElements(data), elementIds.TimestampScale) ?? defaultTimestampScale)
        return
      case elementIds.Tracks:
        this.#release(frames)
        this.#takeTracks(data)
        return
      case elementIds.Cluster:
        this.#clusterTimestamp = undefined
        return
      case elementIds.Timestamp:
        this.#clusterTimestamp = decodeUnsigned(data)
        return
      case elementIds.SimpleBlock:
        this.#takeBlock(decodeSimpleBlock(data), frames)
        return
      case elementIds.BlockGroup:
        this.#takeBlock(decodeBlockGroup(data), frames)
    }
  }

  #takeTracks(data: Uint8Array): void {
    const entries = decodeElements(data).filter(({ id }) => id === elementIds.TrackEntry)
    if (entries.length > maxTrackEntries) throw fault('limit', `it has ${maxTrackEntries} tracks at most`)
    const fileTracks = new Map<number, FileTrack>()
    const leftOut: LeftOutTrack[] = []
    const counts = { video: 0, audio: 0 }
    for (const { data: entryData } of entries) {
      const entry = decodeTrackEntry(entryData)
      if (fileTracks.has(entry.trackNumber)) throw fault('malformed', 'each track has a number of its own')
      if ('reason' in entry) leftOut.push(entry)
      else fileTracks.set(entry.trackNumber, this.#open(entry, fileTracks.size, counts))
    }
    if (fileTracks.size === 0) throw fault('unsupported', nothingIsRead(leftOut))
    this.#fileTracks = fileTracks
    this.#leftOut = leftOut
  }

  #open(entry: TrackEntry, id: number, counts: Record<'video' | 'audio', number>): FileTrack {
    const index = counts[isVideoCodec(entry.codec) ? 'video' : 'audio']++
    const description = describeTrack(entry, id, index, this.#clock.timescale)
    const known = this.#tracks.get(id)
    const track = known && isSameTrack(known, description) ? known : this.#tracks.put(description)
    return new FileTrack(entry, track, this.#tracks)
  }

  #takeBlock({ trackNumber, relativeTimestamp, isKey, frames: payloads }: Block, frames: Frame[]): void {
    if (this.#fileTracks === undefined) throw fault('unexpected', 'its tracks are told before its frames')
    if (this.#clusterTimestamp === undefined) throw fault('unexpected', 'a Cluster tells its time before its frames')
    const time = (this.#clusterTimestamp + relativeTimestamp) * this.#clock.ticks
    if (!Number.isSafeInteger(time)) throw fault('limit', `times are 2^53 ticks at most, is ${time}`)
    const fileTrack = this.#fileTracks.get(trackNumber)
    if (fileTrack === undefined || !this.#isUsable(fileTrack, payloads, isKey)) return
    for (const frame of fileTrack.frames(payloads, isKey, time)) {
      this.#held.push(frame)
      this.#heldBytes += frame.payload.length
    }
    if (!this.#mustHold()) this.#release(frames)
  }

  #isUsable(fileTrack: FileTrack, payloads: readonly Uint8Array[], isKey: boolean): boolean {
    if (isKey) this.#awaitingKey.delete(fileTrack)
    if (!this.#awaitingKey.has(fileTrack)) return true
    this.#damagedUnits += payloads.length
    return false
  }

  #mustHold(): boolean {
    if (this.#held.length > maxHeldFrames || this.#heldBytes > maxHeldBytes) return false
    return this.#held.some(({ fileTrack: { decodeTimes } }) => decodeTimes?.isReady === false)
  }

  #release(frames: Frame[]): void {
    for (const { fileTrack, track, pts, isKey, payload } of this.#held) {
      frames.push({ track, dts: fileTrack.decodeTimes?.place(pts) ?? pts, pts, isKey, payload })
    }
    this.#held = []
    this.#heldBytes = 0
  }
}

/**
 * Units of a Segment are ticks where a second has a whole number of them; else nanoseconds are.
 *
 * @throws {ProtocolError} If the scale is 0.
 */
function clockOf(timestampScale: number): SegmentClock {
  if (timestampScale === 0) throw fault('malformed', 'TimestampScale is not 0')
  const timescale = nanosecondsPerSecond / timestampScale
  if (Number.isInteger(timescale)) return { timescale, ticks: 1 }
  return { timescale: nanosecondsPerSecond, ticks: timestampScale }
}

function isSameTrack(known: Track, { codec, timescale, config }: TrackDescription): boolean {
  return known.codec === codec && known.timescale === timescale && isSameConfig(known.config, config)
}

function fault(kind: 'malformed' | 'unexpected' | 'unsupported' | 'limit', rule: string): ProtocolError {
  return new ProtocolError('matroska', kind, `Cannot read Matroska: ${rule}`)
}
