import type { Socket } from 'node:net'
import type { AccessRequest } from '../../contracts/access.ts'
import type { Clock } from '../../contracts/clock.ts'
import type { Participant } from '../../contracts/events.ts'
import type { Log } from '../../contracts/log.ts'
import { ProtocolError } from '../../core/errors.ts'
import type { Bytes, Milliseconds } from '../../core/units.ts'
import { basicProfile, type FlvProfile } from '../../formats/flv/flv-profile.ts'
import type { TagType } from '../../formats/flv/tag-header.ts'
import { reportFault } from '../../hub/contained-fault.ts'
import { participant } from '../../hub/participant.ts'
import type { SharedWindow } from '../../hub/pump.ts'
import type { PeerInfo } from '../../hub/subscriber.ts'
import { opensslReason } from '../../listeners/openssl-reason.ts'
import type { ListenerCounters } from '../../listeners/socket-listener.ts'
import type { FormatsByChunkSize } from '../../protocols/rtmp/formats-by-chunk-size.ts'
import { playerProfile } from '../../protocols/rtmp/player-profile.ts'
import {
  type ConnectRequest,
  type PlayRequest,
  type PublishRequest,
  ServerSession,
  type ServerSessionHandler,
  type SessionLimits,
} from '../../protocols/rtmp/server-session.ts'
import { accessRequest, urlOf } from './access-request.ts'
import { canRest, type MergedReads } from './merged-reads.ts'
import { PeerStreams } from './peer-streams.ts'
import { PlayingStream } from './playing-stream.ts'
import { PublishingStream } from './publishing-stream.ts'
import type { RtmpServerOptions } from './rtmp-context.ts'
import { sessionIdOf } from './session-info.ts'
import { type StreamAddress, streamAddress } from './stream-key.ts'

export type RtmpConnectionOptions = RtmpServerOptions & {
  readonly formats: FormatsByChunkSize
  readonly mergedReads: MergedReads
  readonly counters: ListenerCounters
  readonly onClosed: () => void
}

/** How long a connection that we end may take to read our last words. */
const farewellMs: Milliseconds = 1000
/**
 * Answers that a peer leaves unread; media is bounded apart from this. Most are of 20 to 40 bytes, and each takes some
 * hundred more while it waits.
 */
const maxUnreadAnswers: Bytes = 512 * 1024

type Phase = 'open' | 'farewell' | 'closed'

/**
 * One RTMP peer: moves bytes between its socket and its session, and acts on what the session asks for. Every fault of
 * the peer ends here, in one log line.
 */
export class RtmpConnection implements ServerSessionHandler {
  readonly #socket: Socket
  readonly #options: RtmpConnectionOptions
  readonly #info: PeerInfo
  readonly #log: Log
  readonly #clock: Clock
  readonly #session: ServerSession
  readonly #streams = new PeerStreams()
  readonly #closed = Promise.withResolvers<void>()
  #phase: Phase = 'open'
  /** While the peer publishes: how long its socket rests between reads. */
  #readWindow: SharedWindow | undefined
  /** When the connection last had a reason to exist: its start, or the end of its last stream. */
  #idleSince: Milliseconds
  #farewellSince: Milliseconds = 0
  /** Sent since the peer had last taken everything. */
  #unreadAnswers: Bytes = 0
  #application: ConnectRequest | undefined
  #who: Participant | undefined
  /** What the peer can parse where it plays. */
  #profile: FlvProfile = basicProfile
  #closeReason: { readonly code: string; readonly reason: string } = { code: 'RTMP_CLOSED', reason: 'Peer closed' }

  constructor(socket: Socket, info: PeerInfo, options: RtmpConnectionOptions) {
    this.#socket = socket
    this.#options = options
    this.#clock = options.clock
    this.#idleSince = this.#clock.now()
    const { id, protocol, peer } = info
    this.#info = info
    this.#log = options.log.child({ connection: id, peer })
    this.#session = new ServerSession(sessionLimits(options), this)
    options.events.emit({ type: 'connection.opened', connection: id, protocol, peer })
    socket.setKeepAlive(true, 30_000)
    socket.on('data', bytes => this.#receive(bytes))
    socket.on('error', error => this.#onSocketError(error))
    socket.on('close', () => this.#onSocketClosed())
  }

  /** The configuration has changed: every stream looks its settings up again. */
  applySettings(): void {
    this.#streams.applySettings()
    this.#chooseReadWindow()
  }

  /** Called once a second. */
  checkDeadlines(now: Milliseconds): void {
    if (this.#phase === 'farewell' && now - this.#farewellSince > farewellMs) this.#socket.destroy()
    if (this.#phase !== 'open') return
    const overdue = this.#overdue(now)
    if (overdue !== undefined) return this.#fail(new ProtocolError('rtmp', 'timeout', overdue))
    this.#streams.checkTracks()
  }

  get id(): string {
    return this.#info.id
  }

  /** Resolves when the connection is gone. */
  get closed(): Promise<void> {
    return this.#closed.promise
  }

  /** Ask the peer to go to `url`, or to come again if there is none. Returns false if it cannot. */
  requestReconnect(url: string | undefined): boolean {
    if (this.#phase !== 'open') return false
    const isAsked = this.#session.requestReconnect(url, 'The server asks to reconnect')
    if (isAsked) this.#log.info('RTMP_RECONNECT_ASKED', 'Peer is asked to reconnect')
    return isAsked
  }

  /** End the connection politely and wait until it is gone. */
  close(): Promise<void> {
    this.#sayFarewell('RTMP_CLOSED', 'Server shuts down')
    return this.#closed.promise
  }

  send(bytes: Uint8Array): void {
    if (this.#socket.writableLength === 0) this.#unreadAnswers = 0
    this.#unreadAnswers += bytes.length
    this.#socket.write(bytes)
  }

  onHandshakeDone(): void {
    const { id: connection, protocol, peer } = this.#info
    this.#options.events.emit({ type: 'connection.handshaken', connection, protocol, peer })
  }

  onConnect(request: ConnectRequest): void {
    this.#application = request
    this.#profile = playerProfile(request, this.#options.config.undeclaredPlayers)
    this.#idleSince = this.#clock.now()
    this.#who = participant(this.#info, { url: urlOf(request), query: request.query })
    this.#options.events.emit({ type: 'connection.connected', ...this.#who })
    this.#session.acceptConnect()
  }

  onPublish(request: PublishRequest): void {
    const address = this.#addressOf(request)
    const { streamId } = request
    const stream = new PublishingStream(address.name, streamId, {
      ...this.#options,
      info: this.#info,
      sessionId: sessionIdOf(this.#info, streamId),
      session: this.#session,
      access: this.#accessRequest('publish', address),
      log: this.#log,
      onRefused: (code, reason) => this.#endStream(streamId, code, reason),
      onEnd: reason => this.#endStream(streamId, 'RTMP_CLOSED', reason),
      onFault: error => this.#fail(error),
    })
    this.#streams.addPublishing(streamId, stream)
    this.#chooseReadWindow()
    stream.open()
  }

  onPlay(request: PlayRequest): void {
    const address = this.#addressOf(request)
    const { streamId } = request
    const stream = new PlayingStream(address, streamId, {
      ...this.#options,
      info: this.#info,
      sessionId: sessionIdOf(this.#info, streamId),
      session: this.#session,
      access: this.#accessRequest('play', address),
      socket: this.#socket,
      log: this.#log,
      profile: this.#profile,
      onRefused: (code, reason) => this.#endStream(streamId, code, reason),
      onEnd: (code, reason) => this.#endStream(streamId, code, reason),
    })
    this.#streams.addPlaying(streamId, stream)
    stream.open()
  }

  onPause(streamId: number, isPaused: boolean): void {
    this.#streams.playing(streamId)?.setPaused(isPaused)
  }

  onStreamClosed(streamId: number): void {
    this.#streams.close(streamId, 'Peer ended it')
    this.#chooseReadWindow()
    this.#idleSince = this.#clock.now()
  }

  onMedia(streamId: number, type: TagType, timestamp: number, payload: Uint8Array): void {
    this.#streams.publishing(streamId)?.write(type, timestamp, payload)
  }

  #receive(bytes: Buffer): void {
    if (this.#phase !== 'open') return
    try {
      this.#session.receive(bytes)
    } catch (error) {
      this.#fail(error)
      return
    }
    if (this.#unreadAnswers > maxUnreadAnswers) {
      this.#fail(new ProtocolError('rtmp', 'limit', 'Cannot go on answering: the peer reads none of the answers'))
    }
    if (this.#readWindow !== undefined)
      this.#options.mergedReads.afterRead(this.#socket, bytes.length, this.#readWindow)
  }

  #addressOf(request: PublishRequest | PlayRequest): StreamAddress {
    return streamAddress(this.#application ?? { app: '', query: '' }, request)
  }

  #accessRequest(action: 'publish' | 'play', address: StreamAddress): AccessRequest {
    return accessRequest(action, address, this.#info, this.#application ?? { tcUrl: '', flashVer: '' })
  }

  #overdue(now: Milliseconds): string | undefined {
    const { config } = this.#options
    if (this.#application === undefined) {
      return now - this.#idleSince > config.handshakeTimeout
        ? `Cannot wait any longer for the connect command: it must come within ${config.handshakeTimeout} ms`
        : undefined
    }
    if (!this.#streams.isEmpty) return this.#streams.overdue(now)
    return now - this.#idleSince > config.idleTimeout
      ? `Cannot keep an idle connection: the peer must publish or play within ${config.idleTimeout} ms`
      : undefined
  }

  /** Forget a stream that was refused or ended from our side, and the connection if it was the last one. */
  #endStream(streamId: number, code: string, reason: string): void {
    this.#streams.remove(streamId)
    this.#chooseReadWindow()
    if (this.#streams.isEmpty) this.#sayFarewell(code, reason)
  }

  /** Of several streams that the peer publishes, the first one decides how its socket is read. */
  #chooseReadWindow(): void {
    const name = this.#streams.publishedName
    const rests = name !== undefined && canRest(this.#socket)
    this.#readWindow = rests ? this.#options.readWindow(name) : undefined
  }

  /** Let the peer read what was written, then close. What it still sends is ignored. */
  #sayFarewell(code: string, reason: string): void {
    if (this.#phase !== 'open') return
    this.#remember(code, reason)
    this.#phase = 'farewell'
    this.#farewellSince = this.#clock.now()
    this.#streams.closeAll(this.#closeReason.reason)
    this.#socket.end()
  }

  /** By the peer's fault, or by ours. */
  #fail(error: unknown): void {
    if (this.#phase !== 'open') return
    if (error instanceof ProtocolError) {
      this.#options.counters.faults[error.fault]++
      this.#cut(error.fault === 'timeout' ? 'RTMP_TIMEOUT' : 'RTMP_PROTOCOL_ERROR', error.message)
    } else {
      const { id: connection } = this.#info
      reportFault(this.#options.onInternalFault, { part: 'connection', name: 'rtmp', connection, error })
      this.#cut('RTMP_FAILED', 'The server has failed to read on')
    }
  }

  #cut(code: string, reason: string): void {
    this.#remember(code, reason)
    this.#phase = 'farewell'
    this.#farewellSince = this.#clock.now()
    this.#streams.closeAll(this.#closeReason.reason)
    this.#socket.destroySoon()
  }

  #remember(code: string, reason: string): void {
    if (this.#phase === 'open') this.#closeReason = { code, reason }
  }

  /** A peer that is gone when it gets its last answer has left as peers do. */
  #onSocketError(error: NodeJS.ErrnoException): void {
    const hasLeft = error.code === 'EPIPE' || error.code === 'ECONNRESET'
    this.#remember(
      hasLeft ? 'RTMP_CLOSED' : 'RTMP_SOCKET_ERROR',
      hasLeft ? 'Peer closed' : opensslReason(error.message),
    )
  }

  #onSocketClosed(): void {
    if (this.#phase === 'open') this.#streams.closeAll(this.#closeReason.reason)
    this.#phase = 'closed'
    const { code, reason } = this.#closeReason
    const { id: connection, protocol, peer, since } = this.#info
    const { bytesRead: bytesReceived, bytesWritten: bytesSent } = this.#socket
    const { url = '' } = this.#who ?? {}
    const totals = { url, durationMs: Math.max(0, this.#clock.wall() - since), bytesReceived, bytesSent }
    const isFault = code === 'RTMP_PROTOCOL_ERROR' || code === 'RTMP_TIMEOUT'
    this.#log[isFault ? 'warn' : 'info'](code, `Connection closed: ${reason}`)
    this.#options.events.emit({ type: 'connection.closed', connection, protocol, peer, code, reason, ...totals })
    this.#options.onClosed()
    this.#closed.resolve()
  }
}

/** Before a stream is known, what holds for all streams does; playing or publishing one may adjust it. */
function sessionLimits({ config, playSettings, publishSettings }: RtmpServerOptions): SessionLimits {
  const { chunkSize, outAckSize } = playSettings.general
  return { ...config, chunkSize, windowSize: outAckSize, assumedWindowSize: publishSettings.general.inAckSize }
}
