import type { Clock, Timer } from '../../contracts/clock.ts'
import type { ReaderEnd } from '../../contracts/end-reason.ts'
import type { Log } from '../../contracts/log.ts'
import type { WireFormat } from '../../contracts/wire-format.ts'
import { ConnectionError, ServerError } from '../../core/errors.ts'
import type { Milliseconds } from '../../core/units.ts'
import type { Stream } from '../../hub/stream.ts'
import type { PeerInfo, SubscriberCounters } from '../../hub/subscriber.ts'
import { WireReader, type WireSink } from '../../hub/wire-reader.ts'
import type { Track } from '../../media/track.ts'
import type { AttemptResult, RelayLoop } from '../relay-loop.ts'

export type PushedStreamOptions = {
  readonly stream: Stream
  /** Who the reader is. */
  readonly info: PeerInfo
  readonly loop: RelayLoop
  readonly clock: Clock
  readonly log: Log
}

/** What a connection that is open takes. */
export type PushFeed = {
  readonly format: WireFormat
  readonly sink: WireSink
  /** True to begin at the next key frame: what has been would be a burst. */
  readonly startsAhead?: boolean
  /** Tracks of sound and picture that it is not sent. */
  readonly tracks: {
    readonly leftOut: (tracks: readonly Track[]) => readonly Track[]
    /** Words that the names of codecs follow: "the server has not announced". */
    readonly reason: string
  }
  /** Frames that the output itself leaves out. */
  readonly frames?: {
    /** So far. */
    readonly leftOut: () => number
    readonly reason: string
  }
}

type PushCounters = Pick<SubscriberCounters, 'bytesSent' | 'framesDropped'>

const checkInterval: Milliseconds = 1000

const endings = { done: 'the stream has ended', again: 'it connects anew' } as const

/**
 * The hub's side of one connection to a destination: a reader like any player, which starts at a key frame with headers,
 * and skips to the newest one when the destination is too slow.
 */
export class PushedStream {
  readonly #options: PushedStreamOptions
  readonly #opening = new AbortController()
  readonly #ending = Promise.withResolvers<AttemptResult>()
  #reader: WireReader | undefined
  #feed: PushFeed | undefined
  /** The stream's tracks when they were last looked at. */
  #tracks: readonly Track[] = []
  #tracksLeftOut: readonly Track[] = []
  /** When they were last looked at. */
  #framesLeftOut = 0
  #checkTimer: Timer | undefined
  /** What was sent until the end. */
  #final: PushCounters | undefined

  constructor(options: PushedStreamOptions) {
    this.#options = options
  }

  get name(): string {
    return this.#options.stream.name
  }

  /** Id of the subscriber. */
  get connection(): string {
    return this.#options.info.id
  }

  /** Aborts when a connection that is being opened is not wanted any more. One that sends ends by itself. */
  get signal(): AbortSignal {
    return this.#opening.signal
  }

  get counters(): PushCounters {
    return this.#final ?? this.#count()
  }

  /** Codecs of the tracks that the destination is not sent. */
  get tracksLeftOut(): readonly string[] {
    return this.#tracksLeftOut.map(({ codecLabel }) => codecLabel)
  }

  /** Send until something makes an end of it. Called once. */
  async send(feed: PushFeed): Promise<AttemptResult> {
    const { stream, info, loop } = this.#options
    const reader = new WireReader(stream, feed.format, info, feed.sink, feed.startsAhead)
    this.#reader = reader
    this.#feed = feed
    loop.started('sending')
    this.#check(feed)
    const result = await this.#ending.promise
    this.#final = this.#count()
    reader.close()
    this.#checkTimer?.cancel()
    loop.stopped(result instanceof ServerError ? result.message : endings[result])
    return result
  }

  /** Make an end of it. The first result counts. */
  end(result: AttemptResult): void {
    this.#ending.resolve(result)
  }

  /** The hub has ended the reader: a relay that the operator ends comes again, as the configuration wants it. */
  onEnd(reason: ReaderEnd): void {
    if (reason === 'failed') this.end(new ConnectionError(`Cannot send ${this.name} on: this server has failed`))
    else this.end(reason === 'kicked' ? 'again' : 'done')
  }

  /** The destination is not wanted any more: break off what is being opened, end politely what sends. */
  stop(): void {
    if (this.#reader === undefined) this.#opening.abort()
    else this.end('done')
  }

  #count(): PushCounters {
    const { bytesSent = 0, framesDropped = 0 } = this.#reader?.counters ?? {}
    return { bytesSent, framesDropped: framesDropped + (this.#feed?.frames?.leftOut() ?? 0) }
  }

  /** Once a second. */
  #check(feed: PushFeed): void {
    this.#checkTracks(feed)
    this.#checkFrames(feed)
    this.#checkTimer = this.#options.clock.after(checkInterval, () => this.#check(feed))
  }

  /** A track that the destination does not take is left out; with none left there is nothing to send. */
  #checkTracks(feed: PushFeed): void {
    const { stream } = this.#options
    if (stream.tracks === this.#tracks || !stream.isSettled) return
    this.#tracks = stream.tracks
    this.#tracksLeftOut = feed.tracks.leftOut(stream.tracks)
    if (this.#tracksLeftOut.length > 0) this.#reportLeftOut(feed)
  }

  #checkFrames({ frames }: PushFeed): void {
    const count = frames?.leftOut() ?? 0
    const added = count - this.#framesLeftOut
    if (frames === undefined || added === 0) return
    this.#framesLeftOut = count
    const { log, loop } = this.#options
    log.warn('RELAY_FRAMES_LEFT_OUT', `Sends without frames: ${frames.reason}`, { ...loop.identity, frames: added })
  }

  #reportLeftOut({ tracks }: PushFeed): void {
    const { log, loop } = this.#options
    const what = `${tracks.reason} ${this.tracksLeftOut.join(' and ')}`
    const hasOthers = this.#tracks.some(track => track.kind !== 'data' && !this.#tracksLeftOut.includes(track))
    if (hasOthers) log.warn('RELAY_TRACK_LEFT_OUT', `Sends without a track: ${what}`, loop.identity)
    else this.end(new ConnectionError(`Cannot send ${this.name} on to ${loop.identity.url}: ${what}`))
  }
}
