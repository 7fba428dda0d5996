import type { Track } from '../../media/track.ts'

/** A track before it is known which generation of its id it is. */
export type TrackDescription = Omit<Track, 'generation'>

/** The tracks of one publisher in their newest generation. */
export class TrackSet {
  #tracks: readonly Track[] = []

  /** By id. The same array until a track changes. */
  get list(): readonly Track[] {
    return this.#tracks
  }

  get(id: number): Track | undefined {
    return this.#tracks.find(track => track.id === id)
  }

  /** Put in the next generation of a track, or its first. */
  put(description: TrackDescription): Track {
    const known = this.get(description.id)
    const track: Track = { ...description, generation: known === undefined ? 0 : known.generation + 1 }
    const others = this.#tracks.filter(other => other !== known)
    this.#tracks = [...others, track].sort((a, b) => a.id - b.id)
    return track
  }
}

/** True if both configurations are the same bytes, or both are missing. */
export function isSameConfig(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}
