import type { Track } from '../../media/track.ts'
import { isSameConfig } from '../../media/track-set.ts'

/**
 * The tracks of a file that is read again and again: one that is as it was before is the same track, so that nobody is
 * told of a new configuration.
 */
export class SteadyTracks {
  readonly #byId = new Map<number, Track>()
  readonly #steady = new WeakMap<Track, Track>()

  /** @param read As a reading of the file has it. */
  of(read: Track): Track {
    const known = this.#steady.get(read)
    if (known !== undefined) return known
    const track = this.#next(read)
    this.#byId.set(track.id, track)
    this.#steady.set(read, track)
    return track
  }

  #next(read: Track): Track {
    const before = this.#byId.get(read.id)
    if (before === undefined) return read
    return isSame(before, read) ? before : { ...read, generation: before.generation + 1 }
  }
}

function isSame(a: Track, b: Track): boolean {
  const facts = ({ codec, kind, index, timescale, isDelimited, hasFourCc }: Track): readonly unknown[] => {
    return [codec, kind, index, timescale, isDelimited, hasFourCc]
  }
  const [of, other] = [facts(a), facts(b)]
  return of.every((fact, i) => fact === other[i]) && isSameConfig(a.config, b.config)
}
