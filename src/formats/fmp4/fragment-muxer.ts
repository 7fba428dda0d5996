import type { Milliseconds } from '../../core/units.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'
import { encodeFragment } from './fragment.ts'
import { type Mp4Track, trackIdOf } from './mp4-track.ts'
import type { SampleRun } from './sample.ts'
import { SampleQueue } from './sample-queue.ts'

/** A movie fragment, and what is in it: one run for each track that has samples in it, in the order of the tracks. */
export type Fragment = { readonly bytes: Uint8Array; readonly runs: readonly SampleRun[] }

/** What stands in front of a fragment of these runs. */
export type LeadingBoxes = (runs: readonly SampleRun[]) => readonly Uint8Array[]

/**
 * Turns the frames of the tracks of one initialisation segment into fragments, as long or as short as its owner cuts
 * them. Within a track, a fragment begins where the one before it ends.
 *
 * The newest frame of each track goes into the next fragment, because how long it lasts is not known: to begin a
 * fragment with a key frame, add it, then cut.
 */
export class FragmentMuxer {
  readonly #queues: ReadonlyMap<number, SampleQueue>
  #sequenceNumber: number

  /**
   * @param origin The stream's time that is 0 in the fragments. Frames before it are told to be there.
   * @param lastSequenceNumber Of the fragments that came before, of whatever tracks.
   */
  constructor(tracks: readonly Mp4Track[], origin: Milliseconds, lastSequenceNumber = 0) {
    this.#sequenceNumber = lastSequenceNumber
    this.#queues = new Map(tracks.map(track => [track.trackId, new SampleQueue(track, origin)]))
  }

  /** Of the newest fragment. */
  get sequenceNumber(): number {
    return this.#sequenceNumber
  }

  /** True if a fragment that is cut now has samples of `track`. */
  has(track: Track): boolean {
    return this.#queues.get(trackIdOf(track))?.isEmpty === false
  }

  /** Frames of tracks that the initialisation segment does not tell of are left out. Keeps the payload. */
  add(frame: Frame): void {
    this.#queues.get(trackIdOf(frame.track))?.add(frame)
  }

  /** A fragment of all that is complete; `undefined` if nothing is. */
  cut(leading?: LeadingBoxes): Fragment | undefined {
    return this.#fragmentOf(queue => queue.take(), leading)
  }

  /** A fragment of what is complete but the newest sample of a track, which has lasted longer than was expected. */
  cutBeforeNewest(trackId: number, leading?: LeadingBoxes): Fragment | undefined {
    const shortened = this.#queues.get(trackId)
    return this.#fragmentOf(queue => (queue === shortened ? queue.takeAllButOne() : queue.take()), leading)
  }

  /** A fragment with the newest frame of a track, too: it is not known when the next one comes. */
  cutAll(trackId: number, leading?: LeadingBoxes): Fragment | undefined {
    this.#queues.get(trackId)?.end()
    return this.cut(leading)
  }

  /** The last fragment: of all that is left. */
  end(leading?: LeadingBoxes): Fragment | undefined {
    for (const queue of this.#queues.values()) queue.end()
    return this.cut(leading)
  }

  #fragmentOf(take: (queue: SampleQueue) => SampleRun | undefined, leading?: LeadingBoxes): Fragment | undefined {
    const runs = [...this.#queues.values()].map(take).filter(run => run !== undefined)
    if (runs.length === 0) return undefined
    return { bytes: encodeFragment(++this.#sequenceNumber, runs, leading?.(runs)), runs }
  }
}
