import type { Bytes, Ticks } from '../../core/units.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'
import { systemClock, toSystemClock } from './clock.ts'
import type { ElementaryStream } from './elementary-stream.ts'
import { sectionPayload } from './packetize.ts'
import { PesBuffer } from './pes-buffer.ts'
import { moveCue } from './splice-info.ts'

/** A frame further from where its decoder expects it begins a PES packet: publishers round times to milliseconds. */
const timeTolerance: Ticks = 0.0015 * systemClock
/** PES_packet_length is 16 bits, and sound has to tell it. */
const mostSoundBytes: Bytes = 0xf000

/** What a PES packet begins with. */
export type PesStart = { readonly time: Ticks; readonly isKey: boolean; readonly isJoinPoint: boolean }

/** One track on its way into a transport stream. */
export class MuxedTrack {
  readonly track: Track
  readonly stream: ElementaryStream
  readonly pid: number
  /** Of the next packet with payload. */
  continuityCounter: number
  readonly #pes: PesBuffer
  /** Of the open PES packet; `undefined` if there is none. */
  #start: PesStart | undefined
  /** Where a decoder expects the next frame of the open PES packet. */
  #expected: Ticks = 0

  constructor(track: Track, stream: ElementaryStream, pid: number, continuityCounter: number) {
    this.track = track
    this.stream = stream
    this.pid = pid
    this.continuityCounter = continuityCounter
    this.#pes = new PesBuffer(stream.streamId)
  }

  /** What the open PES packet begins with; `undefined` if there is none. */
  get start(): PesStart | undefined {
    return this.#start
  }

  /**
   * True if the frame fits into the open PES packet: a decoder would give it its own time, and all of it plays for no more
   * than `longest`.
   *
   * @throws {ProtocolError} If the frame is malformed.
   */
  continues(frame: Frame, longest: Ticks): boolean {
    if (this.#start === undefined || this.stream.durationOf === undefined) return false
    const { dts, track, payload } = frame
    if (Math.abs(toSystemClock(dts, track.timescale) - this.#expected) > timeTolerance) return false
    if (this.#pes.size + payload.length > mostSoundBytes) return false
    return this.#expected + this.stream.durationOf(payload) - this.#start.time <= longest
  }

  /**
   * Put a frame into the open PES packet, or begin one with it.
   *
   * @throws {ProtocolError} If the frame is malformed; then nothing has changed.
   */
  add(frame: Frame, isJoinPoint: boolean): void {
    const duration = this.stream.durationOf?.(frame.payload) ?? 0
    const pieces = this.stream.accessUnit(frame)
    const dts = toSystemClock(frame.dts, frame.track.timescale)
    if (this.#start === undefined) this.#begin(frame, dts, isJoinPoint)
    for (const piece of pieces) this.#pes.append(piece)
    this.#expected += duration
  }

  /**
   * End the open PES packet, or section, with its times moved by `delay`. The view is good until the next `add`.
   *
   * @throws {ProtocolError} If the section is malformed.
   */
  finishPes(delay: Ticks): Uint8Array {
    this.#start = undefined
    return this.stream.isSections ? sectionPayload(moveCue(this.#pes.content, delay)) : this.#pes.finish(delay)
  }

  #begin(frame: Frame, dts: Ticks, isJoinPoint: boolean): void {
    this.#start = { time: dts, isKey: frame.isKey && frame.track.kind === 'video', isJoinPoint }
    this.#expected = dts
    this.#pes.begin(toSystemClock(frame.pts, frame.track.timescale), dts)
  }
}
