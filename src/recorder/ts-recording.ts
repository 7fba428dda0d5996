import type { PlacedFrame } from '../contracts/wire-format.ts'
import { systemClock } from '../formats/mpegts/clock.ts'
import { tsCarries } from '../formats/mpegts/elementary-stream.ts'
import { PacketCollector } from '../formats/mpegts/packet-collector.ts'
import { TsMuxer } from '../formats/mpegts/ts-muxer.ts'
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
