import { parseDuration } from '../../config/duration.ts'
import type { AccessRequest, Verdict } from '../../contracts/access.ts'
import type { Timer } from '../../contracts/clock.ts'
import type { Reporter } from '../../contracts/connection-reports.ts'
import type { ReaderEnd } from '../../contracts/end-reason.ts'
import type { Log } from '../../contracts/log.ts'
import { ProtocolError, type ProtocolFault } from '../../core/errors.ts'
import type { Bytes, Microseconds, Milliseconds } from '../../core/units.ts'
import type { WorkLimit } from '../../core/work-limit.ts'
import { tsCarries } from '../../formats/mpegts/elementary-stream.ts'
import { participant } from '../../hub/participant.ts'
import type { PublicationEnd } from '../../hub/publication.ts'
import type { Stream } from '../../hub/stream.ts'
import { isStreamName } from '../../hub/stream-name.ts'
import type { PeerInfo } from '../../hub/subscriber.ts'
import { unreadableCodecs } from '../../hub/unreadable-codecs.ts'
import {
  type AcceptedCall,
  acceptCall,
  agreeOnSecret,
  type Call,
  refuseCall,
  type SecretAgreement,
} from '../../protocols/srt/call.ts'
import { microseconds } from '../../protocols/srt/microseconds.ts'
import { isControlPacket } from '../../protocols/srt/packet.ts'
import type { SharedSecret } from '../../protocols/srt/payload-keys.ts'
import type { RejectReason } from '../../protocols/srt/reject-reason.ts'
import { type SrtEnd, SrtSession } from '../../protocols/srt/srt-session.ts'
import type { SrtReport, SrtStatistics } from '../../protocols/srt/statistics.ts'
import { parseStreamId, type StreamMode, type StreamRequest } from '../../protocols/srt/stream-id.ts'
import { accessRequest } from './access-request.ts'
import type { Passphrases } from './passphrases.ts'
import {
  accessRejects,
  busyRefusal,
  mediaRefusal,
  nobodyRefusal,
  publishRefusals,
  type Refusal,
  secretRefusal,
  wrongPassphrase,
} from './refusal.ts'
import type { SrtServerOptions } from './srt-context.ts'
import { SrtPlayer } from './srt-player.ts'
import { SrtPublisher } from './srt-publisher.ts'

export type SrtConnectionOptions = SrtServerOptions & {
  readonly id: string
  readonly socketId: number
  readonly passphrases: Passphrases
  /** Each key that is derived from a passphrase takes a thread that files need too. */
  readonly derivations: WorkLimit
  /** Send this to the peer. Its bytes are used again later. */
  readonly transmit: (packet: Uint8Array) => void
  /** The peer has said something since it was let in. */
  readonly onHeard: () => void
  /** What the peer publishes breaks its format. */
  readonly onFault: (fault: ProtocolFault) => void
  /** @param refusal What the caller was told, if it was not let in. */
  readonly onClosed: (refusal: Uint8Array | undefined) => void
}

/** libsrt gives up after 3 s: whoever waits for a publisher is let in before. */
const acceptAfter: Milliseconds = 1000

const endings: Readonly<Record<SrtEnd, { readonly code: string; readonly reason: string }>> = {
  left: { code: 'SRT_CLOSED', reason: 'Peer closed' },
  lost: { code: 'SRT_TIMEOUT', reason: 'Peer fell silent' },
  finished: { code: 'SRT_CLOSED', reason: 'Connection ended' },
}

const publicationEndings: Readonly<Record<PublicationEnd, string>> = {
  left: 'Publisher left',
  replaced: 'Another publisher took over',
  unwatched: 'Nobody watched for too long',
  ended: 'Stream ended',
  kicked: 'Ended by the operator',
  shutdown: 'Server shuts down',
}

type Request = StreamRequest & { readonly mode: StreamMode }

/** One SRT caller: whether it is let in, and then its session and what that is for. */
export class SrtConnection {
  readonly #call: Call
  readonly #options: SrtConnectionOptions
  #info: PeerInfo
  readonly #log: Log
  readonly #startedAt: Microseconds
  readonly #deciding = new AbortController()
  readonly #closed = Promise.withResolvers<void>()
  #secret: SharedSecret | undefined
  #accepted: AcceptedCall | undefined
  #session: SrtSession | undefined
  #role: SrtPublisher | SrtPlayer | undefined
  /** Says how the session is while that carries a stream. */
  #reporter: Reporter<SrtStatistics, SrtReport> | undefined
  /** In UDP datagrams, since the call. */
  #bytesReceived: Bytes = 0
  #bytesSent: Bytes = 0
  #end: { readonly code: string; readonly reason: string } | undefined
  #refusal: Uint8Array | undefined
  #isHeard = false

  constructor(call: Call, options: SrtConnectionOptions) {
    const { clock, id, log, events } = options
    const peer = `${call.peer.address}:${call.peer.port}`
    this.#call = call
    this.#options = options
    this.#startedAt = call.at
    this.#info = { id, protocol: 'srt', peer, since: clock.wall() }
    this.#log = log.child({ connection: id, peer })
    events.emit({ type: 'connection.opened', connection: id, protocol: 'srt', peer })
  }

  /** Where the peer sends from; what comes from elsewhere is not its. */
  get peer(): Call['peer'] {
    return this.#call.peer
  }

  /** Decide about the call, and tell the caller. */
  open(): void {
    void this.#decide()
  }

  /** The caller asks again: our answer may have been lost, or is not found yet. */
  answerAgain(): void {
    if (this.#accepted === undefined) return
    this.#transmit(this.#accepted.answerAt(microseconds(this.#options.clock)))
  }

  /**
   * Borrows the packet.
   *
   * @throws {ProtocolError} If it is wrong. The connection goes on.
   */
  receive(packet: Uint8Array, now: Microseconds): void {
    this.#bytesReceived += packet.length
    // Players have nothing to say: what they send would wait for as long as they have asked for.
    const isUnasked = !isControlPacket(packet) && !(this.#role instanceof SrtPublisher)
    if (this.#session === undefined || isUnasked) return
    this.#session.receive(packet, now)
    if (this.#isHeard) return
    this.#isHeard = true
    this.#options.onHeard()
  }

  /** Called each 10 ms. */
  tick(now: Microseconds): void {
    this.#session?.tick(now)
  }

  /** Called once a second. */
  checkDeadlines(now: Milliseconds): void {
    const overdue = this.#role?.check(now)
    if (overdue !== undefined) this.#hangUp('SRT_TIMEOUT', overdue)
  }

  /** By a fault of ours, it cannot go on. */
  fail(): void {
    this.#hangUp('SRT_FAILED', 'The server has failed to go on')
  }

  /** The configuration has changed. */
  applySettings(): void {
    this.#role?.applySettings()
  }

  /** End the connection and wait until it is gone: a player plays what it was sent. Idempotent. */
  close(): Promise<void> {
    this.#deciding.abort()
    if (this.#role instanceof SrtPlayer) this.#finish('Server shuts down')
    else this.#hangUp('SRT_CLOSED', 'Server shuts down')
    return this.#closed.promise
  }

  async #decide(): Promise<void> {
    const parsed = parseStreamId(this.#call.streamId)
    if (!parsed.ok) {
      return this.#refuse({ reject: parsed.reason, code: 'SRT_REFUSED', reason: `Wrong stream id: ${parsed.rule}` })
    }
    const request = this.#inMode(parsed.request)
    if (!isStreamName(request.name)) return this.#refuseRequest(request, publishRefusals['invalid-name'])
    const blocked = this.#call.keyMaterial && this.#options.attempts.refuseUnheard(this.#question(request))
    if (blocked !== undefined) return this.#refuseAccess(request, blocked)
    const agreement = await this.#agreeOnSecret(request.name)
    if (this.#deciding.signal.aborted) return
    if (agreement === undefined) return this.#refuse(busyRefusal)
    if (!agreement.ok) return this.#refuseSecret(request, agreement.reason)
    this.#secret = agreement.secret
    // What it waited for may have changed what a plain stream id means.
    await this.#admit(this.#inMode(parsed.request))
  }

  /** What its stream id has asked for, it may have: the encryption is right. */
  async #admit(request: Request): Promise<void> {
    const { authorizer } = this.#options
    const { signal } = this.#deciding
    const verdict = await authorizer.authorize(this.#question(request), signal)
    if (signal.aborted) return
    if (!verdict.isAllowed) return this.#refuseAccess(request, verdict)
    if (verdict.user !== undefined) this.#info = { ...this.#info, user: verdict.user }
    if (request.mode === 'publish') this.#publish(request)
    else await this.#play(request)
  }

  /** `undefined` if too many callers are being checked. */
  async #agreeOnSecret(stream: string): Promise<SecretAgreement | undefined> {
    const { config, passphrases, derivations, onFault } = this.#options
    const rule = { passphrase: passphrases.of(stream), encryption: config.encryption }
    if (this.#call.keyMaterial === undefined) return agreeOnSecret(this.#call, rule)
    const done = await derivations.run(() => agreeOnSecret(this.#call, rule))
    if (done === undefined) onFault('limit')
    return done?.result
  }

  #question(request: Request): AccessRequest {
    return accessRequest(request.mode, request, this.#info)
  }

  #inMode(request: StreamRequest): Request {
    return { ...request, mode: request.mode ?? this.#plainMode(request.name) }
  }

  #plainMode(name: string): StreamMode {
    const { config, registry } = this.#options
    if (config.plainStreamId !== 'auto') return config.plainStreamId
    return registry.getLive(name) === undefined ? 'publish' : 'read'
  }

  #publish(request: Request): void {
    const { name } = request
    const result = this.#options.registry.publish(name, {
      info: this.#info,
      onEnd: end => this.#hangUp('SRT_CLOSED', publicationEndings[end]),
    })
    if (!result.ok) return this.#refuseRequest(request, publishRefusals[result.reason])
    const session = this.#accept()
    this.#report(session, name)
    this.#role = new SrtPublisher({
      ...this.#options,
      publication: result.publication,
      name,
      who: this.#who(request),
      log: this.#log,
    })
  }

  async #play(request: Request): Promise<void> {
    const { registry, clock } = this.#options
    const waiting: Timer = clock.after(acceptAfter, () => this.#accept())
    const stream = await registry.waitLive(request.name, this.#waitTime(request), this.#deciding.signal)
    waiting.cancel()
    if (this.#deciding.signal.aborted) return
    if (stream === undefined) return this.#refusePlay(request, nobodyRefusal)
    const codecs = unreadableCodecs(stream, tsCarries)
    if (codecs === undefined) this.#playStream(stream, request)
    else this.#refusePlay(request, mediaRefusal(codecs))
  }

  /** Who waited for the publisher may have been let in meanwhile. */
  #refusePlay(request: Request, refusal: Omit<Refusal, 'code'>): void {
    if (this.#session === undefined) this.#refuseRequest(request, refusal)
    else this.#hangUp('SRT_PLAY_REFUSED', `Play of "${request.name}" refused: ${refusal.reason}`)
  }

  #playStream(stream: Stream, request: Request): void {
    const session = this.#accept()
    this.#report(session, stream.name)
    this.#role = new SrtPlayer({
      ...this.#options,
      stream,
      session,
      info: this.#info,
      who: this.#who(request),
      log: this.#log,
      onEnd: reason => this.#endPlaying(reason),
    })
  }

  #waitTime({ name, query }: Request): Milliseconds {
    const { wait, maxWait } = this.#options.playSettings.of(name)
    const asked = new URLSearchParams(query).get('wait')
    return asked === null ? wait : Math.min(parseDuration(asked) ?? wait, maxWait)
  }

  /** Let the caller in. Does so once. */
  #accept(): SrtSession {
    if (this.#session !== undefined) return this.#session
    const { socketId, config, clock, events } = this.#options
    const accepted = acceptCall(this.#call, {
      socketId,
      latency: config.latency,
      secret: this.#secret,
      startedAt: this.#startedAt,
    })
    const handler = {
      transmit: (packet: Uint8Array) => this.#transmit(packet),
      onPayload: (payload: Uint8Array, isBehindLoss: boolean) => this.#onPayload(payload, isBehindLoss),
      onEnd: (end: SrtEnd) => this.#ended(this.#end ?? endings[end]),
    }
    const now = microseconds(clock)
    const { keyRefresh: refreshPlan, reorderTolerance, maxBandwidth } = config
    const limits = { reorderTolerance, maxBandwidth }
    this.#session = new SrtSession({ ...accepted.session, refreshPlan, limits }, handler, now)
    this.#accepted = accepted
    this.#transmit(accepted.answerAt(now))
    const { id: connection, protocol, peer } = this.#info
    events.emit({ type: 'connection.handshaken', connection, protocol, peer })
    return this.#session
  }

  #report(session: SrtSession, stream: string): void {
    const { id: connection, clock, srtReports } = this.#options
    const report = (): SrtReport => session.report(microseconds(clock))
    this.#reporter = { connection, stream, counters: () => session.statistics, report }
    srtReports.open(this.#reporter)
  }

  #transmit(packet: Uint8Array): void {
    this.#bytesSent += packet.length
    this.#options.transmit(packet)
  }

  #onPayload(payload: Uint8Array, isBehindLoss: boolean): void {
    if (this.#end !== undefined) return
    try {
      if (this.#role instanceof SrtPublisher) this.#role.onPayload(payload, isBehindLoss)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#options.onFault(error.fault)
      this.#hangUp('SRT_PROTOCOL_ERROR', error.message)
    }
  }

  #who(request: Request): ReturnType<typeof participant> {
    return participant(this.#info, { url: '', query: request.query })
  }

  #refuseRequest(request: Request, { reject, reason }: Omit<Refusal, 'code'>): void {
    const { events } = this.#options
    const { mode, name } = request
    const isPublish = mode === 'publish'
    events.emit({ type: isPublish ? 'publish.refused' : 'play.refused', stream: name, reason, ...this.#who(request) })
    const code = isPublish ? 'SRT_PUBLISH_REFUSED' : 'SRT_PLAY_REFUSED'
    this.#refuse({ reject, code, reason: `${isPublish ? 'Publish' : 'Play'} of "${name}" refused: ${reason}` })
  }

  #refuseAccess(request: Request, { refusal, reason }: Extract<Verdict, { isAllowed: false }>): void {
    this.#refuseRequest(request, { reject: accessRejects[refusal], reason })
  }

  #refuseSecret(request: Request, reject: RejectReason): void {
    if (reject === 'SRT_REJ_BADSECRET') this.#options.attempts.refuseWrong(this.#question(request), wrongPassphrase)
    this.#refuse(secretRefusal(reject))
  }

  #refuse({ reject, code, reason }: Refusal): void {
    this.#refusal = refuseCall(this.#call, reject)
    this.#transmit(this.#refusal)
    this.#ended({ code, reason })
  }

  /** The peer gets and plays what is on its way, then the connection ends. */
  #finish(reason: string): void {
    this.#end ??= { code: 'SRT_CLOSED', reason }
    this.#session?.finish()
  }

  #endPlaying(reason: ReaderEnd): void {
    if (reason === 'kicked') this.#hangUp('SRT_CLOSED', 'Player was sent away')
    else if (reason === 'failed') this.fail()
    else this.#finish(reason === 'shutdown' ? 'Server shuts down' : 'Stream ended')
  }

  #hangUp(code: string, reason: string): void {
    this.#end ??= { code, reason }
    if (this.#session === undefined) this.#ended(this.#end)
    else this.#session.close(microseconds(this.#options.clock))
  }

  #ended({ code, reason }: { readonly code: string; readonly reason: string }): void {
    this.#deciding.abort()
    if (this.#reporter !== undefined) this.#options.srtReports.close(this.#reporter)
    this.#role?.close(reason)
    const { events, clock, onClosed } = this.#options
    const { id: connection, protocol, peer } = this.#info
    const durationMs = Math.round((microseconds(clock) - this.#startedAt) / 1000)
    const isFault = code === 'SRT_TIMEOUT' || code === 'SRT_PROTOCOL_ERROR'
    this.#log[isFault ? 'warn' : 'info'](code, `Connection closed: ${reason}`, {
      ...this.#session?.statistics,
    })
    const traffic = { durationMs, bytesReceived: this.#bytesReceived, bytesSent: this.#bytesSent }
    events.emit({ type: 'connection.closed', connection, protocol, peer, url: '', code, reason, ...traffic })
    onClosed(this.#refusal)
    this.#closed.resolve()
  }
}
