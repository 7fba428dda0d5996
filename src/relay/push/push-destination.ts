import { clientChunkSize, RtmpClient, type RtmpClientOptions } from '../../../clients/rtmp/rtmp-client.ts'
import type { Timer } from '../../../contracts/clock.ts'
import type { RelayState, RelayStatus } from '../../../contracts/relays.ts'
import { ConnectionError, ServerError } from '../../../core/errors.ts'
import type { Bytes, Milliseconds } from '../../../core/units.ts'
import { type FlvProfile, leftOutTracks, mainTracks, unreadableTracks } from '../../../formats/flv/flv-profile.ts'
import type { Stream } from '../../../hub/stream.ts'
import { WireReader } from '../../../hub/wire-reader.ts'
import type { Track } from '../../../media/track.ts'
import type { PlayerFormat, PlayerFormats } from '../../../protocols/rtmp/player-formats.ts'
import { playerProfile } from '../../../protocols/rtmp/player-profile.ts'
import { ReaderSink } from '../../../protocols/rtmp/reader-sink.ts'
import type { RtmpUrl } from '../../../protocols/rtmp/rtmp-url.ts'
import { type AttemptResult, type RelayContext, RelayLoop } from '../../relay-loop.ts'

/** What destinations are given. */
export type PushContext = RelayContext & {
  readonly client: RtmpClientOptions
  /** What destinations are sent, shared with players. */
  readonly formats: PlayerFormats
}

const trackCheckInterval: Milliseconds = 1000

/** Why sending is over: the stream has ended, the server wants us elsewhere, or something failed. */
type Ending = 'ended' | 'moved' | ServerError

/**
 * Sends one stream on to one server, and keeps doing so until the stream ends: as a reader like any player, it starts at
 * a key frame with headers and metadata, and skips to the newest one when the server is too slow.
 */
export class PushDestination {
  readonly stream: Stream
  readonly #id: string
  readonly #url: RtmpUrl
  readonly #context: PushContext
  readonly #loop: RelayLoop
  /** Where the server has asked us to go; `undefined` where we were told to go. */
  #movedTo: RtmpUrl | undefined
  #reader: WireReader | undefined
  /** The stream's tracks when they were last looked at, on the present connection. */
  #tracks: readonly Track[] = []
  /** Those of them that the server is not sent. */
  #tracksLeftOut: readonly Track[] = []
  #checkTimer: Timer | undefined
  /** Over the connections before. */
  readonly #sentBefore: { bytes: Bytes; framesDropped: number } = { bytes: 0, framesDropped: 0 }

  constructor(id: string, stream: Stream, url: RtmpUrl, context: PushContext) {
    this.stream = stream
    this.#id = id
    this.#url = url
    this.#context = context
    this.#loop = new RelayLoop({ direction: 'push', stream: stream.name, url: url.shown }, context)
  }

  get state(): RelayState {
    return this.#loop.state
  }

  get status(): RelayStatus {
    const { bytesSent = 0, framesDropped = 0 } = this.#reader?.counters ?? {}
    return {
      ...this.#loop.status,
      bytes: this.#sentBefore.bytes + bytesSent,
      framesDropped: this.#sentBefore.framesDropped + framesDropped,
      tracksLeftOut: this.#tracksLeftOut.map(({ codecLabel }) => codecLabel),
    }
  }

  /** Resolves when the stream has ended, or `close` was called. */
  run(): Promise<void> {
    return this.#loop.run(() => this.#attempt())
  }

  /** Say why nothing is sent: the place is taken. */
  setOccupied(reason: string): void {
    this.#loop.fail(reason)
  }

  /** End politely. Idempotent. */
  close(): Promise<void> {
    return this.#loop.close()
  }

  async #attempt(): Promise<AttemptResult> {
    if (this.stream.publication === undefined) return 'done'
    const url = this.#movedTo ?? this.#url
    this.#movedTo = undefined
    const ending = await this.#connectAndSend(url)
    if (ending === 'moved') return 'again'
    return ending === 'ended' || this.#loop.signal.aborted ? 'done' : ending
  }

  /** Closing breaks off what is being opened, and ends politely what sends. */
  async #connectAndSend(url: RtmpUrl): Promise<Ending> {
    const ending = Promise.withResolvers<Ending>()
    const onReconnectRequest = (next: RtmpUrl): void => {
      this.#movedTo = next
      ending.resolve('moved')
    }
    const opening = new AbortController()
    let isOpen = false
    const stop = (): void => (isOpen ? ending.resolve('ended') : opening.abort())
    const { signal } = this.#loop
    signal.addEventListener('abort', stop)
    try {
      const options = { ...this.#context.client, onReconnectRequest, signal: opening.signal }
      await using client = await RtmpClient.connect(url, options)
      const stream = await client.start('publish', { onEnd: error => ending.resolve(error ?? 'ended') })
      isOpen = true
      const result = await this.#send(client, stream.id ?? 0, ending)
      stream.close()
      return result
    } catch (error) {
      if (!(error instanceof ServerError)) throw error
      return error
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  /** Send until something ends it. A server is sent what it has announced, or all there is if it says nothing. */
  async #send(client: RtmpClient, streamId: number, ending: PromiseWithResolvers<Ending>): Promise<Ending> {
    const { formats } = this.#context
    const format = formats.open(playerProfile({ enhanced: client.capabilities, flashVer: '' }, 'enhanced'))
    const chunks = { streamId, chunkSize: clientChunkSize }
    // As players have it: the commands needed answers at once, media is cheaper in fewer segments.
    client.socket.setNoDelay(false)
    const events = { publisherLeft: wait, publisherReturned: wait, end: () => ending.resolve('ended') }
    const sink = new ReaderSink(client.socket, format.profile, chunks, events)
    const reader = this.#read(format, sink)
    this.#loop.started('sending')
    this.#checkTracks(format.profile, ending)
    const result = await ending.promise
    this.#stopReading(reader)
    formats.close(format)
    this.#loop.stopped(result instanceof ServerError ? result.message : endings[result])
    return result
  }

  /** Once a second. A track that the server has not announced is left out; with none left there is nothing to send. */
  #checkTracks(profile: FlvProfile, ending: PromiseWithResolvers<Ending>): void {
    const { tracks, isSettled, name } = this.stream
    if (tracks !== this.#tracks && isSettled) {
      this.#tracks = tracks
      this.#tracksLeftOut = leftOutTracks(tracks, profile)
      const unreadable = unreadableTracks(tracks, profile).length
      if (unreadable > 0 && unreadable === mainTracks(tracks).length) {
        const reason = `Cannot send ${name} on to ${this.#url.shown}: ${this.#whatIsLeftOut}`
        return ending.resolve(new ConnectionError(reason))
      }
      if (this.#tracksLeftOut.length > 0) this.#reportLeftOut()
    }
    this.#checkTimer = this.#context.clock.after(trackCheckInterval, () => this.#checkTracks(profile, ending))
  }

  #reportLeftOut(): void {
    const { identity } = this.#loop
    this.#context.log.warn('RELAY_TRACK_LEFT_OUT', `Sends without a track: ${this.#whatIsLeftOut}`, identity)
  }

  get #whatIsLeftOut(): string {
    return `the server has not announced ${this.#tracksLeftOut.map(({ codecLabel }) => codecLabel).join(' and ')}`
  }

  #read({ wireFormat }: PlayerFormat, sink: ReaderSink): WireReader {
    const since = this.#context.clock.wall()
    const info = { id: this.#id, protocol: 'relay', peer: this.#url.shown, since, isPart: true } as const
    this.#reader = new WireReader(this.stream, wireFormat, info, sink)
    return this.#reader
  }

  #stopReading(reader: WireReader): void {
    const { bytesSent, framesDropped } = reader.counters
    this.#sentBefore.bytes += bytesSent
    this.#sentBefore.framesDropped += framesDropped
    reader.close()
    this.#reader = undefined
    this.#checkTimer?.cancel()
    this.#tracks = []
    this.#tracksLeftOut = []
  }
}

const endings = { ended: 'the stream has ended', moved: 'the server asks to reconnect' } as const

/** The destination waits with us for the publisher's return. */
function wait(): void {}
