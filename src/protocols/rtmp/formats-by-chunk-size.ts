import type { Bytes } from '../../core/units.ts'
import { PlayerFormats } from './player-formats.ts'

/** The classes of players for each chunk size that is configured. */
export class FormatsByChunkSize {
  readonly #formats = new Map<Bytes, PlayerFormats>()

  of(chunkSize: Bytes): PlayerFormats {
    const formats = this.#formats.get(chunkSize) ?? new PlayerFormats(chunkSize)
    this.#formats.set(chunkSize, formats)
    return formats
  }
}
