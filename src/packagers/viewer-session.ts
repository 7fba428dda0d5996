import type { Clock } from '../contracts/clock.ts'
import type { ReaderEnd } from '../contracts/end-reason.ts'
import type { EventSink } from '../contracts/events.ts'
import type { HttpAnswer } from '../contracts/http-routes.ts'
import type { Log } from '../contracts/log.ts'
import type { ViewerIdentity } from '../contracts/playback-gate.ts'
import type { Session } from '../contracts/sessions.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import { participant } from '../hub/participant.ts'
import type { Stream } from '../hub/stream.ts'
import type { Subscriber, SubscriberCounters } from '../hub/subscriber.ts'

export type ViewerSessionOptions = {
  readonly identity: ViewerIdentity
  /** Name of the stream. */
  readonly name: string
  /** `undefined` if nobody publishes it, and what is kept of it is played. */
  readonly stream: Stream | undefined
  readonly clock: Clock
  readonly events: EventSink
  readonly log: Log
}

/** One viewer of one stream, who fetches it in pieces. */
export class ViewerSession implements Subscriber {
  readonly info: ViewerIdentity
  readonly #options: ViewerSessionOptions
  readonly #since: Milliseconds
  /** When it was let in, for the first time or again. */
  admittedAt: Milliseconds
  /** When it has asked for something. */
  usedAt: Milliseconds
  bytesSent: Bytes = 0
  onClosed: (isSentAway: boolean) => void = () => undefined
  #stream: Stream | undefined
  /** Those of `bytesSent` that are not of the stream that it watches now. */
  #bytesBefore: Bytes = 0
  #isOpen = true
  /** Over which it was let in. */
  readonly #protocols: Set<string>

  /** Is seen among those who watch the stream at once, if there is one. */
  constructor(options: ViewerSessionOptions) {
    const { identity, name, stream, clock, events, log } = options
    this.info = identity
    this.#protocols = new Set([identity.protocol])
    this.#options = options
    this.#since = clock.now()
    this.admittedAt = this.#since
    this.usedAt = this.#since
    events.emit({ type: 'play.started', stream: name, ...this.#who })
    log.info('HTTP_PLAY', 'Plays', this.#facts)
    if (stream !== undefined) this.watch(stream)
  }

  get counters(): SubscriberCounters {
    return { bytesSent: this.bytesSent - this.#bytesBefore, framesDropped: 0, lag: 0 }
  }

  get activeAt(): Milliseconds {
    return this.usedAt
  }

  get stream(): string {
    return this.#options.name
  }

  /** One of the protocols that it was let in for. */
  get playedOver(): string {
    const [first = this.info.protocol] = this.#protocols
    return first
  }

  plays(protocol: string): boolean {
    return this.#protocols.has(protocol)
  }

  letIn(protocol: string): void {
    this.#protocols.add(protocol)
  }

  /** It may no longer play over that. Who may play over nothing has played to the end. */
  letOut(protocol: string): void {
    this.#protocols.delete(protocol)
    if (this.#protocols.size === 0) this.close('Access has ended')
  }

  /** As the API shows it: all that was sent, over however many publishers. */
  get shown(): Session {
    const { info, bytesSent: bytes, activeAt } = this
    return { info, role: 'player', stream: this.#options.name, bytes, activeAt, end: () => this.sendAway() }
  }

  /** Count an answer, which is returned as it is. */
  sends(answer: HttpAnswer): HttpAnswer {
    if (answer.body !== undefined) this.bytesSent += Buffer.byteLength(answer.body)
    return answer
  }

  /** Be seen among those who watch the stream, which is another object when its publisher came back late. */
  watch(stream: Stream): void {
    if (this.#stream === stream || !this.#isOpen) return
    this.#stream?.unsubscribe(this)
    this.#bytesBefore = this.bytesSent
    this.#stream = stream
    stream.subscribe(this)
  }

  /** What it gets, it asks for. */
  wake(): boolean {
    return false
  }

  publisherLeft(): void {}

  publisherReturned(): void {}

  /** The end of a stream is still to be told, so it ends nobody. */
  end(reason: ReaderEnd): void {
    this.#stream = undefined
    if (reason === 'kicked') this.sendAway()
    if (reason === 'shutdown') this.close('Server shuts down')
  }

  /** Its next requests are refused for a while. Idempotent. */
  sendAway(): void {
    this.#finish('Viewer was sent away', true)
  }

  /** Idempotent. */
  close(reason: string): void {
    this.#finish(reason, false)
  }

  #finish(reason: string, isSentAway: boolean): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    const { name, clock, events, log } = this.#options
    this.#stream?.unsubscribe(this)
    const durationMs = Math.round(clock.now() - this.#since)
    events.emit({ type: 'play.stopped', stream: name, reason, durationMs, bytes: this.bytesSent, ...this.#who })
    log.info('HTTP_STOP', `Plays no more: ${reason}`, { ...this.#facts, bytes: this.bytesSent })
    this.onClosed(isSentAway)
  }

  get #who() {
    return participant(this.info, { url: '', query: '' })
  }

  get #facts() {
    const { id: connection, peer, protocol } = this.info
    return { connection, peer, protocol, stream: this.#options.name }
  }
}
