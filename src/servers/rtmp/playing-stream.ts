import type { Socket } from 'node:net'
import { parseDuration } from '../../config/duration.ts'
import type { AccessRequest, Authorizer } from '../../contracts/access.ts'
import type { Clock } from '../../contracts/clock.ts'
import type { ReaderEnd } from '../../contracts/end-reason.ts'
import type { EventSink, Participant } from '../../contracts/events.ts'
import type { Log } from '../../contracts/log.ts'
import type { PlaySettings, SettingsSource } from '../../contracts/path-settings.ts'
import { StallClock } from '../../core/stall-clock.ts'
import type { Milliseconds } from '../../core/units.ts'
import { type FlvProfile, mainTracks, unreadableTracks } from '../../formats/flv/flv-profile.ts'
import { participant } from '../../hub/participant.ts'
import type { Stream } from '../../hub/stream.ts'
import { isStreamName, maxNameLength } from '../../hub/stream-name.ts'
import type { StreamRegistry } from '../../hub/stream-registry.ts'
import type { PeerInfo } from '../../hub/subscriber.ts'
import { WireReader } from '../../hub/wire-reader.ts'
import type { Track } from '../../media/track.ts'
import type { FormatsByChunkSize } from '../../protocols/rtmp/formats-by-chunk-size.ts'
import type { PlayerFormat, PlayerFormats } from '../../protocols/rtmp/player-formats.ts'
import { ReaderSink } from '../../protocols/rtmp/reader-sink.ts'
import type { ServerSession } from '../../protocols/rtmp/server-session.ts'
import { sessionInfo } from './session-info.ts'
import type { StreamAddress } from './stream-key.ts'

export type PlayingStreamOptions = {
  readonly playSettings: SettingsSource<PlaySettings>
  readonly registry: StreamRegistry
  readonly authorizer: Authorizer
  readonly clock: Clock
  readonly events: EventSink
  readonly log: Log
  readonly formats: FormatsByChunkSize
  /** What the player can parse. */
  readonly profile: FlvProfile
  readonly info: PeerInfo
  /** Unique, where the connection may have several streams. */
  readonly sessionId: string
  readonly session: ServerSession
  /** What the peer asks for, for the authorizer. */
  readonly access: AccessRequest
  readonly socket: Socket
  /** The peer has been told that it cannot play. */
  readonly onRefused: (code: string, reason: string) => void
  /** The stream is over; the peer has been told. */
  readonly onEnd: (code: string, reason: string) => void
}

const notFound = 'NetStream.Play.StreamNotFound'
const failed = 'NetStream.Play.Failed'

const endings: Readonly<Record<ReaderEnd, string>> = {
  ended: 'Stream ended',
  kicked: 'Player was sent away',
  shutdown: 'Server shuts down',
  failed: 'The server has failed to send on',
}

/** A message stream on which the peer plays, or waits for somebody to publish. */
export class PlayingStream {
  readonly #name: string
  readonly #query: URLSearchParams
  readonly #streamId: number
  readonly #options: PlayingStreamOptions
  #settings: PlaySettings
  readonly #waiting = new AbortController()
  readonly #who: Participant
  #playsSince: Milliseconds = 0
  #reader: WireReader | undefined
  #sink: ReaderSink | undefined
  #isOneOfSeveral = false
  #stream: Stream | undefined
  #format: PlayerFormat | undefined
  #formats: PlayerFormats | undefined
  /** The stream's tracks when they were last looked at. */
  #tracks: readonly Track[] = []
  readonly #stall: StallClock

  constructor(address: StreamAddress, streamId: number, options: PlayingStreamOptions) {
    this.#name = address.name
    this.#query = address.query
    this.#streamId = streamId
    this.#options = options
    this.#settings = options.playSettings.of(address.name)
    this.#who = participant(options.info, options.access)
    this.#stall = new StallClock(options.clock.now())
  }

  /** Play the stream if the peer may and somebody publishes it, now or within the time that the peer may wait. */
  open(): void {
    const { authorizer, access } = this.#options
    if (!isStreamName(this.#name)) return this.#refuse(notFound, 'the name is not a valid stream name')
    void authorizer.authorize(access, this.#waiting.signal).then(verdict => {
      if (this.#waiting.signal.aborted) return
      if (verdict.isAllowed) this.#await(verdict.user)
      else this.#refuse(failed, verdict.reason)
    })
  }

  #await(user: string | undefined): void {
    const { registry } = this.#options
    const live = registry.getLive(this.#name)
    if (live !== undefined) return this.#play(live, user)
    void registry.waitLive(this.#name, this.#waitTime(), this.#waiting.signal).then(stream => {
      if (this.#waiting.signal.aborted) return
      if (stream === undefined) this.#refuse(notFound, 'nobody publishes it')
      else this.#play(stream, user)
    })
  }

  /** True while other message streams of the connection play too. */
  setOneOfSeveral(isOneOfSeveral: boolean): void {
    this.#isOneOfSeveral = isOneOfSeveral
    this.#sink?.setOneOfSeveral(isOneOfSeveral)
  }

  setPaused(isPaused: boolean): void {
    this.#reader?.setPaused(isPaused)
  }

  /** What the player is late with, in words; `undefined` while it is in time. */
  overdue(now: Milliseconds): string | undefined {
    const { sendTimeout } = this.#settings
    return this.#stall.stalledFor(now, this.#options.socket) > sendTimeout
      ? `Cannot send ${this.#name} any more: the player must take something within ${sendTimeout} ms`
      : undefined
  }

  /** The configuration has changed. */
  applySettings(): void {
    this.#settings = this.#options.playSettings.of(this.#name)
    if (this.#reader !== undefined) this.#options.socket.setNoDelay(this.#settings.noDelay)
  }

  /** The peer, or its connection, ends. */
  close(reason: string): void {
    this.#waiting.abort()
    if (this.#reader === undefined) return
    this.#leave()
    this.#report(reason)
  }

  /**
   * Called once a second. Tracks that the player cannot parse are left out; one who has nothing left is told so instead
   * of waiting for ever.
   */
  checkTracks(): void {
    const stream = this.#stream
    if (stream === undefined || this.#format === undefined) return
    const { tracks } = stream
    if (tracks === this.#tracks || !stream.isSettled) return
    this.#tracks = tracks
    const unreadable = unreadableTracks(tracks, this.#format.profile)
    if (unreadable.length === 0) return
    if (unreadable.length === mainTracks(tracks).length) return this.#fail(unreadable)
    this.#options.log.info('RTMP_TRACK_LEFT_OUT', `Plays on without a track: ${cannotParse(unreadable)}`, {
      stream: this.#name,
    })
  }

  #play(stream: Stream, user: string | undefined): void {
    const { session, socket, events, log, clock } = this.#options
    const { noDelay, startAtZero, outAckSize } = this.#settings
    // Streams of one connection share its chunks, so the first to play decides.
    const chunkSize = this.#isOneOfSeveral ? session.facts.chunkSize : this.#settings.chunkSize
    const formats = this.#options.formats.of(chunkSize)
    const format = formats.open(this.#options.profile)
    const unreadable = unreadableTracks(stream.tracks, format.profile)
    if (unreadable.length > 0) {
      formats.close(format)
      return this.#refuse(failed, cannotParse(unreadable))
    }
    this.#stream = stream
    this.#format = format
    this.#formats = formats
    if (!this.#isOneOfSeveral) session.adjust(chunkSize, outAckSize)
    socket.setNoDelay(noDelay)
    session.acceptPlay(this.#streamId)
    this.#playsSince = clock.now()
    events.emit({ type: 'play.started', stream: this.#name, ...this.#who })
    log.info('RTMP_PLAY', 'Plays', { stream: this.#name })
    const chunks = { streamId: this.#streamId, chunkSize, startsAtZero: startAtZero }
    const sink = new ReaderSink(socket, format.profile, chunks, {
      publisherLeft: () => session.notifyPublisherAway(this.#streamId),
      publisherReturned: () => session.notifyPublisherBack(this.#streamId),
      end: reason => this.#ended(endings[reason]),
    })
    sink.setOneOfSeveral(this.#isOneOfSeveral)
    this.#sink = sink
    this.#reader = new WireReader(stream, format.wireFormat, sessionInfo(this.#options, user), sink)
  }

  #ended(reason: string): void {
    this.#leave()
    this.#options.session.stop(this.#streamId)
    this.#report(reason)
    this.#options.onEnd('RTMP_CLOSED', reason)
  }

  #fail(unreadable: readonly Track[]): void {
    const reason = cannotParse(unreadable)
    this.#leave()
    this.#options.session.fail(this.#streamId, `Cannot play ${this.#name}: ${reason}`)
    this.#report(reason)
    this.#options.onEnd('RTMP_PLAY_FAILED', `Cannot play ${this.#name}: ${reason}`)
  }

  /** Idempotent. */
  #leave(): void {
    this.#reader?.close()
    if (this.#format !== undefined) this.#formats?.close(this.#format)
    this.#format = undefined
    this.#stream = undefined
  }

  #refuse(status: typeof notFound | typeof failed, reason: string): void {
    const { session, events, onRefused } = this.#options
    session.refuse(this.#streamId, status, `Cannot play ${this.#name}: ${reason}`)
    events.emit({ type: 'play.refused', stream: this.#name.slice(0, maxNameLength), reason, ...this.#who })
    onRefused('RTMP_PLAY_REFUSED', `Play of "${this.#name}" refused: ${reason}`)
  }

  #report(reason: string): void {
    const { events, log, clock } = this.#options
    const durationMs = Math.round(clock.now() - this.#playsSince)
    const bytes = this.#reader?.counters.bytesSent ?? 0
    events.emit({ type: 'play.stopped', stream: this.#name, reason, durationMs, bytes, ...this.#who })
    log.info('RTMP_STOP', `Plays no more: ${reason}`, { stream: this.#name })
  }

  #waitTime(): Milliseconds {
    const { wait, maxWait } = this.#settings
    const asked = this.#query.get('wait')
    if (asked === null) return wait
    return Math.min(parseDuration(asked) ?? wait, maxWait)
  }
}

function cannotParse(tracks: readonly Track[]): string {
  const codecs = tracks.map(({ kind, codecLabel }) => `its ${kind} is ${codecLabel}`)
  return `${codecs.join(' and ')}, which the player has not announced`
}
