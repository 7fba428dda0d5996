import type { Clock } from '../../contracts/clock.ts'
import { ConnectionError, ServerError } from '../../core/errors.ts'
import type { Milliseconds } from '../../core/units.ts'
import type { MediaPlaylist } from '../../formats/m3u8/media-playlist.ts'
import { parseMediaPlaylist } from '../../formats/m3u8/parse-media-playlist.ts'
import type { FetchedFile, FileFetcher } from '../file-fetcher.ts'
import { passing } from '../passing.ts'
import { type NextSegment, SegmentSequence } from './segment-sequence.ts'

/** A segment, and where the playlist is that names it. */
export type ListedSegment = NextSegment & { readonly base: URL; readonly isOfRecording: boolean }

export type ListedSegmentsOptions = {
  readonly fetcher: FileFetcher
  readonly clock: Clock
  readonly signal: AbortSignal
  /** How long no segment may come, or three times as long as the longest segment is. */
  readonly silenceTimeout: Milliseconds
  /** False if a stream that is complete is one that was played before, live. */
  readonly takesRecordings: boolean
}

/**
 * The segments of one media playlist, which is loaded again and again until it says that it has come to its end.
 *
 * @see RFC 8216bis §6.3.4 (how often)
 */
export class ListedSegments {
  readonly #url: URL
  readonly #options: ListedSegmentsOptions
  readonly #sequence = new SegmentSequence()
  /** When a segment has come. */
  #progressAt: Milliseconds
  #targetDuration: Milliseconds = 2000

  constructor(url: URL, options: ListedSegmentsOptions) {
    this.#url = url
    this.#options = options
    this.#progressAt = options.clock.now()
  }

  /** The segment that was handed out last could not be had. */
  lost(): void {
    this.#sequence.lost()
  }

  /** @param first The playlist, if it was got already. @throws {ServerError} */
  async *read(first?: FetchedFile): AsyncGenerator<ListedSegment> {
    const { clock, signal, takesRecordings } = this.#options
    let isOfRecording: boolean | undefined
    for (let file = first; !signal.aborted; file = undefined) {
      const loadedAt = clock.now()
      const loaded = await this.#load(file)
      let hasNew = false
      if (loaded !== undefined) {
        const { list, base } = loaded
        isOfRecording ??= list.isEnded
        if (isOfRecording && !takesRecordings)
          throw new ConnectionError('Cannot play playlist: the stream has ended there')
        this.#targetDuration = list.targetDuration * 1000
        for (const next of this.#sequence.update(list)) {
          hasNew = true
          yield { ...next, base, isOfRecording }
        }
        if (list.isEnded) return
      }
      this.#check(hasNew)
      const wait = hasNew ? this.#targetDuration : this.#targetDuration / 2
      await passing(loadedAt + wait - clock.now(), clock, signal)
    }
  }

  /** `undefined` if it is not to be had now. */
  async #load(known: FetchedFile | undefined): Promise<{ list: MediaPlaylist; base: URL } | undefined> {
    try {
      const { bytes, url: base } = known ?? (await this.#options.fetcher.get(this.#url))
      return { list: parseMediaPlaylist(bytes.toString()), base }
    } catch (error) {
      if (!(error instanceof ServerError) || this.#isSilent) throw error
      return undefined
    }
  }

  get #isSilent(): boolean {
    const { clock, silenceTimeout } = this.#options
    return clock.now() - this.#progressAt > Math.max(silenceTimeout, 3 * this.#targetDuration)
  }

  #check(hasNew: boolean): void {
    if (hasNew) this.#progressAt = this.#options.clock.now()
    else if (this.#isSilent) throw new ConnectionError('Cannot play playlist: no new segment has come for too long')
  }
}
