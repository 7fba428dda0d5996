import type { Milliseconds } from '../../../core/units.ts'
import type { PacketPlaces, TimedPackets } from '../../../formats/mpegts/packet-places.ts'
import { packetSize } from '../../../formats/mpegts/transport-packet.ts'

/** A pause that is longer is not waited for. */
const longestPause: Milliseconds = 1000

/** Gives packets times: a unit is spread over the media time since the one before, so a large picture is no burst. */
export class MediaSpread {
  /** Nothing is too much. */
  readonly dropped = 0
  readonly #out: PacketPlaces
  #newest: Milliseconds | undefined
  #elapsed: Milliseconds = 0

  constructor(out: PacketPlaces) {
    this.#out = out
  }

  write({ bytes, start, end, time }: TimedPackets): void {
    const since = time - (this.#newest ?? time)
    const span = since > 0 && since <= longestPause ? since : 0
    if (since > 0 || since < -longestPause || this.#newest === undefined) this.#newest = time
    const count = (end - start) / packetSize
    for (let i = 0; i < count; i++) {
      const at = this.#out.place(this.#elapsed + (span * (i + 1)) / count)
      const from = start + i * packetSize
      this.#out.bytes.set(bytes.subarray(from, from + packetSize), at)
    }
    this.#elapsed += span
  }

  /** Nothing waits here. */
  flush(): void {}
}
