import type { Track } from '../../media/track.ts'
import { elementaryStreamOf } from './elementary-stream.ts'
import { MuxedTrack } from './muxed-track.ts'
import { mappableStreams } from './program-map.ts'

/** PIDs from here on, by the id of the track. */
const firstPid = 0x100
/** PIDs of tracks whose id has had another codec: up to the one of the program map. */
const furtherPids = { first: 0x400, count: 0xc00 } as const

/**
 * The tracks of one transport stream, those that have left included: where they come back, their packets go on counting.
 *
 * A PID keeps its codec: there are players (FFmpeg is one) that look at the type of a PID once and take everything that
 * comes later for the same.
 */
export class MuxedTracks {
  /** The newest of each track id and codec. */
  readonly #known = new Map<string, MuxedTrack>()
  readonly #ids = new Set<number>()
  #further = 0

  /** What a transport stream carries of `tracks`: as many as its program map, which is one section, can tell of. */
  select(tracks: readonly Track[]): readonly MuxedTrack[] {
    const muxed = tracks.flatMap(track => this.#muxed(track) ?? [])
    return muxed.slice(0, mappableStreams(muxed))
  }

  #muxed(track: Track): MuxedTrack | undefined {
    const key = `${track.id} ${track.codec}`
    const before = this.#known.get(key)
    if (before?.track === track) return before
    const stream = elementaryStreamOf(track)
    if (stream === undefined) return undefined
    const pid = before?.pid ?? this.#freePid(track.id)
    const muxed = new MuxedTrack(track, stream, pid, before?.continuityCounter ?? 0)
    this.#known.set(key, muxed)
    return muxed
  }

  #freePid(id: number): number {
    if (this.#ids.has(id)) return furtherPids.first + (this.#further++ % furtherPids.count)
    this.#ids.add(id)
    return firstPid + id
  }
}
