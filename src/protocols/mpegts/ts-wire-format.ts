import type { PlacedFrame, RecordFlags, WireFormat, WireMuxer, WireWriter } from '../../contracts/wire-format.ts'
import { rescale } from '../../core/time.ts'
import type { Bytes, Milliseconds, Ticks } from '../../core/units.ts'
import { systemClock } from '../../formats/mpegts/clock.ts'
import { type PacketOutput, TsMuxer } from '../../formats/mpegts/ts-muxer.ts'
import type { Track } from '../../media/track.ts'

const plain: RecordFlags = { isJoinPoint: false, isRestart: false }
const joinPoint: RecordFlags = { isJoinPoint: true, isRestart: false }
const milliseconds = 1000

/** Two or three frames of AAC: they wait no longer than a picture does, and fill their packets. */
const audioPacking: Ticks = 0.06 * systemClock

/**
 * A transport stream with the times of the stream, one record per PES packet or clock reference: every reader can take the
 * packets as they are, over HTTP, SRT and UDP alike. The tables stand in front of each join point.
 */
export const tsWireFormat: WireFormat = { name: 'ts', createMuxer: out => new TsWireMuxer(out) }

class TsWireMuxer implements WireMuxer {
  readonly #records: PacketRecords
  readonly #muxer: TsMuxer

  constructor(out: WireWriter) {
    this.#records = new PacketRecords(out)
    this.#muxer = new TsMuxer(this.#records, { audioPacking, origin: 0 })
  }

  write(placed: PlacedFrame): void {
    this.#records.tracks = placed.tracks
    this.#muxer.write(placed)
  }

  flush(): void {
    this.#muxer.flush()
  }
}

/** Each unit of packets is a record. */
class PacketRecords implements PacketOutput {
  readonly #out: WireWriter
  /** In force at the record that comes next. */
  tracks: readonly Track[] = []

  constructor(out: WireWriter) {
    this.#out = out
  }

  get bytes(): Uint8Array {
    return this.#out.bytes
  }

  reserve(size: Bytes): number {
    return this.#out.reserve(size)
  }

  commit(time: Ticks, isJoinPoint: boolean): void {
    const recordTime: Milliseconds = rescale(time, systemClock, milliseconds) as number
    this.#out.commit(recordTime, 0, isJoinPoint ? joinPoint : plain, this.tracks)
  }
}
