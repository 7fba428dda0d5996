import type { Clock } from '../../contracts/clock.ts'
import { ProtocolError, ServerError } from '../../core/errors.ts'
import type { Milliseconds } from '../../core/units.ts'
import { parseMultivariantPlaylist } from '../../formats/m3u8/parse-multivariant-playlist.ts'
import { isMultivariant } from '../../formats/m3u8/playlist-lines.ts'
import type { LeftOutTrack } from '../../media/left-out-track.ts'
import type { FetchedFile, FileFetcher } from '../file-fetcher.ts'
import { type ChosenRenditions, chooseRenditions, type VariantLimits } from './choose-renditions.ts'
import type { HlsFrame } from './hls-frame.ts'
import { ListedSegments } from './listed-segments.ts'
import { mergeRenditions, type RenditionFrame } from './merge-renditions.ts'
import { readAhead } from './read-ahead.ts'
import { SegmentFrames } from './segment-frames.ts'
import { type LoadedSegment, locate, SegmentLoader } from './segment-loader.ts'

export type HlsPlaybackOptions = {
  readonly url: URL
  readonly limits: VariantLimits
  readonly fetcher: FileFetcher
  readonly clock: Clock
  /** Ends it early. */
  readonly signal: AbortSignal
  readonly silenceTimeout: Milliseconds
  /** False if a stream that is complete is one that was played before, live. */
  readonly takesRecordings: boolean
  readonly onLeftOut: (track: LeftOutTrack) => void
  /** A segment that could not be had, in words. */
  readonly onLost: (reason: string) => void
}

/** A segment that was got, or could not be had. */
type ReceivedSegment = {
  readonly run: number
  readonly isAfterLoss: boolean
  readonly loaded: LoadedSegment | undefined
}

/** Plays a stream of HLS: the frames of a variant and of its sound, with the times that they have there. */
export class HlsPlayback {
  readonly #options: HlsPlaybackOptions
  /** True if the stream was complete when it was begun. */
  #isOfRecording = false

  constructor(options: HlsPlaybackOptions) {
    this.#options = options
  }

  get isOfRecording(): boolean {
    return this.#isOfRecording
  }

  /** Until the stream ends. @throws {ServerError} */
  async *frames(): AsyncGenerator<HlsFrame> {
    const { url, fetcher, limits } = this.#options
    const file = await fetcher.get(url)
    const text = file.bytes.toString()
    if (!isMultivariant(text)) return yield* mergeRenditions([this.#rendition(url, file)], true)
    const { variant, sounds, variantHasSound }: ChosenRenditions = chooseRenditions(
      parseMultivariantPlaylist(text),
      limits,
    )
    // Where there is nothing but sound, the variant is that of its group.
    const uris = new Set([variant, ...sounds])
    const renditions = [...uris].map(uri => this.#rendition(locate(uri, file.url)))
    yield* mergeRenditions(renditions, variantHasSound || sounds.includes(variant))
  }

  async *#rendition(url: URL, first?: FetchedFile): AsyncGenerator<RenditionFrame> {
    const reader = new SegmentFrames(this.#options.onLeftOut)
    let run: number | undefined
    for await (const segment of readAhead(this.#segments(url, first))) {
      if (run !== undefined && (segment.run !== run || segment.isAfterLoss)) yield* withRun(reader.end(), run)
      run = segment.run
      if (segment.loaded === undefined) continue
      for await (const frame of reader.read(segment.loaded)) yield { ...frame, run }
    }
    yield* withRun(reader.end(), run ?? 0)
  }

  async *#segments(url: URL, first: FetchedFile | undefined): AsyncGenerator<ReceivedSegment> {
    const { fetcher, clock, signal } = this.#options
    const listed = new ListedSegments(url, this.#options)
    const loader = new SegmentLoader(fetcher, clock, signal)
    for await (const { segment, run, isAfterLoss, base, isOfRecording } of listed.read(first)) {
      this.#isOfRecording = isOfRecording
      const loaded = await this.#load(loader, segment, base)
      if (loaded === undefined) listed.lost()
      yield { run, isAfterLoss, loaded }
    }
  }

  async #load(loader: SegmentLoader, ...what: Parameters<SegmentLoader['load']>): Promise<LoadedSegment | undefined> {
    try {
      return await loader.load(...what)
    } catch (error) {
      if (!(error instanceof ServerError) || error instanceof ProtocolError || this.#options.signal.aborted) throw error
      this.#options.onLost(error.message)
      return undefined
    }
  }
}

function* withRun(frames: Iterable<HlsFrame>, run: number): Generator<RenditionFrame> {
  for (const frame of frames) yield { ...frame, run }
}
