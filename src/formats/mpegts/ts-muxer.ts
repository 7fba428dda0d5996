import { ProtocolError } from '../../core/errors.ts'
import type { Bytes, Ticks } from '../../core/units.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track, TrackKind } from '../../media/track.ts'
import { systemClock, toSystemClock } from './clock.ts'
import type { MuxedTrack } from './muxed-track.ts'
import { MuxedTracks } from './muxed-tracks.ts'
import { countPackets, writeAdaptationPacket, writePackets } from './packetize.ts'
import { decodeDelay, noReference, ProgramClock } from './program-clock.ts'
import { ProgramTables } from './program-tables.ts'
import { packetSize } from './transport-packet.ts'

/** Longest distance of PCRs. Source: ETSI TS 101 154 §4.1.5.3 (0.1 s at most, 40 ms recommended). */
const pcrInterval: Ticks = 0.04 * systemClock
/** Tables come at least each 100 ms (ETSI TR 101 290 §5.2.1 wants 0.5 s), looked at with every PCR. */
const tablesInterval: Ticks = 0.1 * systemClock - pcrInterval

/** A frame in its place among the others. */
export type TimedFrame = {
  readonly frame: Frame
  /** True if a reader may start here. */
  readonly isJoinPoint: boolean
  /** The tracks in force at this frame; the same array until one of them changes. */
  readonly tracks: readonly Track[]
}

/** Where transport packets go: room is reserved, filled, and committed as one unit that is not to be torn apart. */
export type PacketOutput = {
  /** The block that the reserved room lies in. Valid from `reserve` to `commit`. */
  readonly bytes: Uint8Array
  /** Make room for exactly `size` bytes and return its offset in `bytes`. */
  reserve(size: Bytes): number
  /**
   * @param time Decode time of what the unit begins with, in ticks of 90 kHz on the stream's clock.
   * @param isJoinPoint True if the unit begins with the tables and can be decoded from there.
   */
  commit(time: Ticks, isJoinPoint: boolean): void
}

export type TsMuxerOptions = {
  /** Sound of so much time goes into one PES packet; 0 for one frame each. */
  readonly audioPacking: Ticks
  /** The stream's time at which the PCR is 0: a file begins at 0, a live stream keeps its clock. */
  readonly origin: Ticks
}

/**
 * Turns the frames of a stream into the packets of one transport stream with one program.
 *
 * Pictures go out at once; sound may wait for more of it. Whoever starts at a join point finds the tables there, so readers
 * need nothing in front. Packets are not spread over time, and whether an encoder keeps to the buffers of its level is its
 * own affair: a stream of constant rate that the T-STD never overruns needs a pacer behind this.
 *
 * @see ISO/IEC 13818-1, ETSI TS 101 154
 */
export class TsMuxer {
  readonly #out: PacketOutput
  readonly #packing: Ticks
  readonly #origin: Ticks
  readonly #tables = new ProgramTables()
  #tracks: readonly Track[] = []
  #muxed: readonly MuxedTrack[] = []
  readonly #all = new MuxedTracks()
  /** Whose packets carry the PCR: the first picture, else the first sound. */
  #clockTrack: MuxedTrack | undefined
  readonly #clock: ProgramClock
  #lastTables: Ticks = Number.NEGATIVE_INFINITY
  #malformedFrames = 0

  constructor(out: PacketOutput, options: TsMuxerOptions) {
    this.#out = out
    this.#packing = options.audioPacking
    this.#origin = options.origin
    this.#clock = new ProgramClock(options.origin)
  }

  /** Frames that were left out because they are not what their codec says. */
  get malformedFrames(): number {
    return this.#malformedFrames
  }

  /** Take in the next frame. Frames of tracks that `tsCarries` denies are left out. */
  write({ frame, isJoinPoint, tracks }: TimedFrame): void {
    if (tracks !== this.#tracks) this.#setTracks(tracks)
    const muxed = this.#muxed.find(({ track }) => track === frame.track)
    if (muxed === undefined) return
    this.#clock.advance(toSystemClock(frame.dts, frame.track.timescale))
    if (isJoinPoint) this.flush()
    else this.#flushOverdue()
    try {
      this.#add(muxed, frame, isJoinPoint)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#malformedFrames++
    }
  }

  /** Write what waits for more. */
  flush(): void {
    for (const muxed of this.#muxed) this.#writePes(muxed)
  }

  /** Write what waits for more, and all clock references up to a time, so that the frame at that time comes next. */
  flushUntil(time: Ticks): void {
    this.flush()
    this.#clock.advance(time)
    this.#fillTo(this.#clock.time)
  }

  #setTracks(tracks: readonly Track[]): void {
    this.flush()
    this.#tracks = tracks
    this.#muxed = this.#all.select(tracks)
    this.#clockTrack = this.#firstOf('video') ?? this.#firstOf('audio')
    if (this.#tables.update(this.#muxed, this.#clockTrack?.pid)) this.#lastTables = Number.NEGATIVE_INFINITY
  }

  #firstOf(kind: TrackKind): MuxedTrack | undefined {
    return this.#muxed.find(({ track }) => track.kind === kind)
  }

  #flushOverdue(): void {
    for (const muxed of this.#muxed) {
      if (muxed.start !== undefined && this.#clock.newest - muxed.start.time >= this.#packing) this.#writePes(muxed)
    }
  }

  #add(muxed: MuxedTrack, frame: Frame, isJoinPoint: boolean): void {
    if (!muxed.continues(frame, this.#packing)) this.#writePes(muxed)
    muxed.add(frame, isJoinPoint)
    if (muxed.stream.durationOf === undefined || this.#packing === 0) this.#writePes(muxed)
  }

  #writePes(muxed: MuxedTrack): void {
    if (muxed.start === undefined) return
    this.#keepTime(muxed)
    const { time, isKey, isJoinPoint } = muxed.start
    const now = this.#clock.time
    const hasTables = isKey || isJoinPoint || this.#areTablesDue(now)
    const reference = muxed === this.#clockTrack ? this.#clock.tell(now) : noReference
    const adaptation = { ...reference, randomAccess: isKey || isJoinPoint }
    const payload = muxed.finishPes(decodeDelay - this.#origin)
    const at = this.#begin(countPackets(payload.length, adaptation), hasTables, now)
    const { pid, continuityCounter } = muxed
    muxed.continuityCounter += writePackets(this.#out.bytes, at, { pid, continuityCounter, adaptation, payload })
    this.#out.commit(time, isJoinPoint)
  }

  /** Fill the time since the last PCR, up to now if the packets of `next` do not bring it themselves. */
  #keepTime(next: MuxedTrack): void {
    const now = this.#clock.time
    if (this.#clock.told === undefined) {
      if (next !== this.#clockTrack) this.#writePcr(now)
      return
    }
    this.#fillTo(now)
  }

  #fillTo(time: Ticks): void {
    if (this.#clock.told === undefined) return
    for (let due = this.#clock.told + pcrInterval; due < time; due += pcrInterval) this.#writePcr(due)
  }

  #writePcr(time: Ticks): void {
    const track = this.#clockTrack
    if (track === undefined) return
    const at = this.#begin(1, this.#areTablesDue(time), time)
    const adaptation = { ...this.#clock.tell(time), randomAccess: false }
    writeAdaptationPacket(this.#out.bytes, at, track.pid, track.continuityCounter - 1, adaptation)
    this.#out.commit(time, false)
  }

  #areTablesDue(time: Ticks): boolean {
    return time - this.#lastTables >= tablesInterval
  }

  /** Reserve so many packets, write the tables before them if there is reason to, and return the offset behind. */
  #begin(packets: number, hasTables: boolean, time: Ticks): number {
    const tables = hasTables ? this.#tables.packets : 0
    const at = this.#out.reserve((tables + packets) * packetSize)
    if (!hasTables) return at
    this.#tables.write(this.#out.bytes, at)
    this.#lastTables = time
    return at + tables * packetSize
  }
}
