import type { Clock } from '../../contracts/clock.ts'
import type { EventSink } from '../../contracts/events.ts'
import type { Log } from '../../contracts/log.ts'
import type { Milliseconds } from '../../core/units.ts'
import type { TagType } from '../../formats/flv/tag-header.ts'
import type { Publication, PublicationEnd } from '../../hub/publication.ts'
import type { StreamRegistry } from '../../hub/stream-registry.ts'
import type { PeerInfo } from '../../hub/subscriber.ts'
import type { ServerSession } from '../../protocols/rtmp/server-session.ts'
import type { RtmpConfig } from './config.ts'
import { MessagesToHub } from './to-hub.ts'

export type PublishingStreamOptions = {
  readonly config: RtmpConfig
  readonly registry: StreamRegistry
  readonly clock: Clock
  readonly events: EventSink
  readonly log: Log
  readonly info: PeerInfo
  readonly session: ServerSession
  /** The hub has ended the publication; the peer has been told. */
  readonly onEnd: (reason: string) => void
}

type OpenResult =
  | { readonly ok: true; readonly stream: PublishingStream }
  | { readonly ok: false; readonly code: string; readonly reason: string }

const refusals = {
  'invalid-name': { status: 'NetStream.Publish.BadName', reason: 'the name is not a valid stream name' },
  occupied: { status: 'NetStream.Publish.BadName', reason: 'somebody else publishes it' },
  shutdown: { status: 'NetStream.Publish.Denied', reason: 'the server shuts down' },
} as const

const endings: Record<PublicationEnd, string> = {
  left: 'Publisher left',
  replaced: 'Another publisher took over',
  ended: 'Stream ended',
  kicked: 'Ended by the operator',
  shutdown: 'Server shuts down',
}

/** A message stream on which the peer publishes. */
export class PublishingStream {
  readonly #name: string
  readonly #options: PublishingStreamOptions
  readonly #toHub: MessagesToHub
  readonly #publication: Publication
  readonly #openedAt: Milliseconds
  #lastMedia: Milliseconds | undefined

  private constructor(name: string, publication: Publication, toHub: MessagesToHub, options: PublishingStreamOptions) {
    this.#name = name
    this.#options = options
    this.#publication = publication
    this.#toHub = toHub
    this.#openedAt = options.clock.now()
  }

  /** Take the name and tell the peer; or tell it why not. */
  static open(name: string, streamId: number, options: PublishingStreamOptions): OpenResult {
    const { registry, session, info, events, log } = options
    const onEnd = (end: PublicationEnd): void => stream?.ended(streamId, endings[end])
    let stream: PublishingStream | undefined
    const result = registry.publish(name, { info, onEnd })
    if (!result.ok) {
      const { status, reason } = refusals[result.reason]
      session.refuse(streamId, status, `Cannot publish ${name}: ${reason}`)
      events.emit({ type: 'publish.refused', stream: name, connection: info.id, reason })
      return { ok: false, code: 'RTMP_PUBLISH_REFUSED', reason }
    }
    const { publication } = result
    stream = new PublishingStream(name, publication, new MessagesToHub(publication), options)
    session.acceptPublish(streamId)
    events.emit({ type: 'publish.started', stream: name, connection: info.id, peer: info.peer })
    log.info('RTMP_PUBLISH', 'Publishes', { stream: name })
    return { ok: true, stream }
  }

  write(type: TagType, timestamp: number, payload: Uint8Array): void {
    if (type !== 18) this.#lastMedia = this.#options.clock.now()
    this.#toHub.write(type, timestamp, payload)
  }

  /** What the publisher is late with, in words; `undefined` while it is in time. */
  overdue(now: Milliseconds): string | undefined {
    const { firstMediaTimeout, silenceTimeout } = this.#options.config
    if (this.#lastMedia === undefined) {
      return now - this.#openedAt > firstMediaTimeout ? `No media of ${this.#name} came after publish` : undefined
    }
    return now - this.#lastMedia > silenceTimeout ? `Publisher of ${this.#name} fell silent` : undefined
  }

  /** The peer, or its connection, ends. */
  close(reason: string): void {
    if (!this.#publication.isOpen) return
    this.#publication.close()
    this.#report(reason)
  }

  ended(streamId: number, reason: string): void {
    this.#options.session.stop(streamId)
    this.#report(reason)
    this.#options.onEnd(reason)
  }

  #report(reason: string): void {
    const { events, log, info } = this.#options
    events.emit({ type: 'publish.stopped', stream: this.#name, connection: info.id, reason })
    log.info('RTMP_UNPUBLISH', `Publishes no more: ${reason}`, { stream: this.#name })
  }
}
