import { ProtocolError, type WireProtocol } from '../core/errors.ts'
import type { Track } from './track.ts'

/** A track before it is known which generation of its id it is. */
export type TrackDescription = Omit<Track, 'generation'>

/** Tracks that one publisher may have. */
const maxTracks = 64

/** The tracks of one publisher in their newest generation. */
export class TrackSet {
  readonly #protocol: WireProtocol
  readonly #byId: (Track | undefined)[] = []
  #tracks: readonly Track[] = []

  /** @param protocol Whose fault one track too many is. */
  constructor(protocol: WireProtocol) {
    this.#protocol = protocol
  }

  /** By id. The same array until a track changes. */
  get list(): readonly Track[] {
    return this.#tracks
  }

  get(id: number): Track | undefined {
    return this.#byId[id]
  }

  /**
   * Put in the next generation of a track, or its first.
   *
   * @throws {ProtocolError} If it is one track too many.
   */
  put(description: TrackDescription): Track {
    const known = this.get(description.id)
    if (known === undefined && this.#tracks.length >= maxTracks) {
      throw new ProtocolError(
        this.#protocol,
        'limit',
        `Cannot take another track: a publisher has ${maxTracks} at most`,
      )
    }
    const track: Track = { ...description, generation: known === undefined ? 0 : known.generation + 1 }
    this.#byId[track.id] = track
    this.#tracks = this.#byId.filter(other => other !== undefined)
    return track
  }
}

/** True if both configurations are the same bytes, or both are missing. */
export function isSameConfig(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}
