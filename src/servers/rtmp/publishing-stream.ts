import type { AccessRequest, Authorizer } from '../../contracts/access.ts'
import type { Clock } from '../../contracts/clock.ts'
import type { EventSink, Participant } from '../../contracts/events.ts'
import type { Log } from '../../contracts/log.ts'
import type { PublishSettings, SettingsSource } from '../../contracts/path-settings.ts'
import type { Milliseconds } from '../../core/units.ts'
import { type TagType, tagTypes } from '../../formats/flv/tag-header.ts'
import { participant } from '../../hub/participant.ts'
import type { Publication, PublicationEnd } from '../../hub/publication.ts'
import { isStreamName, maxNameLength } from '../../hub/stream-name.ts'
import type { StreamRegistry } from '../../hub/stream-registry.ts'
import type { PeerInfo } from '../../hub/subscriber.ts'
import { MessagesToFrames } from '../../protocols/rtmp/messages-to-frames.ts'
import type { ServerSession } from '../../protocols/rtmp/server-session.ts'
import { EarlyMedia } from './early-media.ts'
import { sessionInfo } from './session-info.ts'

export type PublishingStreamOptions = {
  readonly publishSettings: SettingsSource<PublishSettings>
  readonly registry: StreamRegistry
  readonly authorizer: Authorizer
  readonly clock: Clock
  readonly events: EventSink
  readonly log: Log
  readonly info: PeerInfo
  /** Unique, where the connection may have several streams. */
  readonly sessionId: string
  readonly session: ServerSession
  /** What the peer asks for, for the authorizer. */
  readonly access: AccessRequest
  /** The peer has been told that it cannot publish. */
  readonly onRefused: (code: string, reason: string) => void
  /** The hub has ended the publication; the peer has been told. */
  readonly onEnd: (reason: string) => void
  /** What the peer sent before it was let in breaks the protocol. */
  readonly onFault: (error: unknown) => void
}

type PublishRefusal = {
  readonly status: 'NetStream.Publish.BadName' | 'NetStream.Publish.Denied'
  readonly reason: string
}

const refusals = {
  'invalid-name': { status: 'NetStream.Publish.BadName', reason: 'the name is not a valid stream name' },
  'no-input': { status: 'NetStream.Publish.BadName', reason: 'it comes from its declared inputs' },
  occupied: { status: 'NetStream.Publish.BadName', reason: 'somebody else publishes it' },
  shutdown: { status: 'NetStream.Publish.Denied', reason: 'the server shuts down' },
} as const satisfies Record<string, PublishRefusal>

const endings: Record<PublicationEnd, string> = {
  left: 'Publisher left',
  replaced: 'Another publisher took over',
  unwatched: 'Nobody watched for too long',
  ended: 'Stream ended',
  kicked: 'Ended by the operator',
  shutdown: 'Server shuts down',
}

/** A message stream on which the peer publishes, or wants to. */
export class PublishingStream {
  readonly name: string
  readonly #streamId: number
  readonly #options: PublishingStreamOptions
  #settings: PublishSettings
  readonly #who: Participant
  readonly #openedAt: Milliseconds
  readonly #waiting = new AbortController()
  readonly #early = new EarlyMedia()
  #publication: Publication | undefined
  #publishedAt: Milliseconds = 0
  #toHub: MessagesToFrames | undefined
  #lastMedia: Milliseconds | undefined

  constructor(name: string, streamId: number, options: PublishingStreamOptions) {
    this.name = name
    this.#streamId = streamId
    this.#options = options
    this.#settings = options.publishSettings.of(name)
    this.#who = participant(options.info, options.access)
    this.#openedAt = options.clock.now()
  }

  /** Take the name if the peer may have it, or tell the peer why not. */
  open(): void {
    const { authorizer, access } = this.#options
    if (!isStreamName(this.name)) return this.#refuse(refusals['invalid-name'])
    const { signal } = this.#waiting
    void authorizer.authorize(access, signal).then(verdict => {
      if (signal.aborted) return
      if (verdict.isAllowed) this.#publish(verdict.user)
      else this.#refuse({ status: 'NetStream.Publish.Denied', reason: verdict.reason })
    })
  }

  #publish(user: string | undefined): void {
    const { registry, session, events, log, clock } = this.#options
    const info = sessionInfo(this.#options, user)
    const result = registry.publish(this.name, { info, onEnd: end => this.#ended(endings[end]) })
    if (!result.ok) return this.#refuse(refusals[result.reason])
    this.#publication = result.publication
    this.#toHub = new MessagesToFrames(result.publication, this.#settings)
    session.assumeWindow(this.#settings.inAckSize)
    session.acceptPublish(this.#streamId)
    this.#publishedAt = clock.now()
    events.emit({ type: 'publish.started', stream: this.name, ...this.#who })
    log.info('RTMP_PUBLISH', 'Publishes', { stream: this.name })
    this.#writeEarly(this.#toHub)
  }

  write(type: TagType, timestamp: number, payload: Uint8Array): void {
    if (type !== tagTypes.script) this.#lastMedia = this.#options.clock.now()
    if (this.#toHub === undefined) this.#early.push(type, timestamp, payload)
    else this.#toHub.write(type, timestamp, payload)
  }

  /** What the publisher is late with, in words; `undefined` while it is in time. */
  overdue(now: Milliseconds): string | undefined {
    const { firstMediaTimeout, silenceTimeout } = this.#settings
    const [since, most] =
      this.#lastMedia === undefined ? [this.#openedAt, firstMediaTimeout] : [this.#lastMedia, silenceTimeout]
    return now - since > most
      ? `Cannot wait any longer for media of ${this.name}: it must come within ${most} ms`
      : undefined
  }

  /** The configuration has changed. */
  applySettings(): void {
    this.#settings = this.#options.publishSettings.of(this.name)
  }

  /** The peer, or its connection, ends. */
  close(reason: string): void {
    this.#waiting.abort()
    if (this.#publication?.isOpen !== true) return
    this.#flush()
    this.#publication.close()
    this.#report(reason)
  }

  #writeEarly(toHub: MessagesToFrames): void {
    try {
      for (const { type, timestamp, payload } of this.#early.take()) toHub.write(type, timestamp, payload)
    } catch (error) {
      this.#options.onFault(error)
    }
  }

  #flush(): void {
    try {
      this.#toHub?.flush()
    } catch (error) {
      this.#options.onFault(error)
    }
  }

  #refuse({ status, reason }: PublishRefusal): void {
    const { session, events, onRefused } = this.#options
    session.refuse(this.#streamId, status, `Cannot publish ${this.name}: ${reason}`)
    events.emit({ type: 'publish.refused', stream: this.name.slice(0, maxNameLength), reason, ...this.#who })
    onRefused('RTMP_PUBLISH_REFUSED', `Publish of "${this.name}" refused: ${reason}`)
  }

  #ended(reason: string): void {
    this.#options.session.stop(this.#streamId)
    this.#report(reason)
    this.#options.onEnd(reason)
  }

  #report(reason: string): void {
    const { events, log, clock } = this.#options
    const summary = this.#publication?.summary(clock.now() - this.#publishedAt)
    if (summary) events.emit({ type: 'publish.stopped', stream: this.name, reason, ...this.#who, ...summary })
    log.info('RTMP_UNPUBLISH', `Publishes no more: ${reason}`, { stream: this.name })
  }
}
