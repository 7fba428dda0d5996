import type { PlacedFrame } from '../contracts/wire-format.ts'
import type { Bytes } from '../core/units.ts'
import { systemClock } from '../formats/mpegts/clock.ts'
import { tsCarries } from '../formats/mpegts/elementary-stream.ts'
import { type PacketOutput, TsMuxer } from '../formats/mpegts/ts-muxer.ts'
import type { FileEdit, FileFormat, FileMuxer } from './file-format.ts'
import type { Timeline } from './timeline.ts'

/** MPEG-TS: what broadcast tools take, and complete after each packet. */
export const tsFormat: FileFormat = {
  name: 'MPEG-TS',
  extension: '.ts',
  carries: tsCarries,
  open: ({ timeline }) => new TsRecording(timeline),
}

/** Less overhead for sound; a crash costs it beside the batch that was not written. */
const audioPacking = 0.1 * systemClock
const ticksPerMillisecond = systemClock / 1000

/** Frames into one transport stream. There is nothing to say at the end: readers seek by the clock. */
class TsRecording implements FileMuxer {
  readonly #packets = new PacketCollector()
  readonly #muxer: TsMuxer

  constructor({ origin }: Timeline) {
    this.#muxer = new TsMuxer(this.#packets, { audioPacking, origin: origin * ticksPerMillisecond })
  }

  get framesMalformed(): number {
    return this.#muxer.malformedFrames
  }

  /** Any: the program map says what has changed. */
  accepts(): boolean {
    return true
  }

  write(frames: readonly PlacedFrame[]): FileEdit {
    for (const placed of frames) this.#muxer.write(placed)
    return { append: this.#packets.take(), patches: [] }
  }

  finish(): FileEdit {
    this.#muxer.flush()
    return { append: this.#packets.take(), patches: [] }
  }
}

/** The packets of one batch. */
class PacketCollector implements PacketOutput {
  bytes = new Uint8Array(64 * 1024)
  #size: Bytes = 0

  reserve(size: Bytes): number {
    const at = this.#size
    this.#size += size
    if (this.#size > this.bytes.length) this.#grow()
    return at
  }

  commit(): void {}

  /** What has come since the last time. */
  take(): Uint8Array {
    const packets = this.bytes.slice(0, this.#size)
    this.#size = 0
    return packets
  }

  #grow(): void {
    const bytes = new Uint8Array(Math.max(this.#size, 2 * this.bytes.length))
    bytes.set(this.bytes)
    this.bytes = bytes
  }
}
