import type { EventObserver, PublicationSummary, StampedEvent } from '../contracts/events.ts'
import type { Stream } from '../hub/stream.ts'
import type { StreamObserver } from '../hub/stream-registry.ts'

/** Totals of the whole server since its start, which outlive the streams and connections that made them. */
export class ServerTotals implements EventObserver, StreamObserver {
  readonly #handshaking = new Set<string>()
  publishers = 0
  players = 0
  audioFrames = 0
  videoFrames = 0
  bytesPublished = 0
  bytesSent = 0
  framesDropped = 0
  handshakeFailures = 0
  /** Connections that were ended because the peer was late or silent. */
  timeouts = 0

  /** Streams that are gone. */
  onRemoved(stream: Stream): void {
    for (const { bytesSent, framesDropped } of stream.deliveryTotals().values()) {
      this.bytesSent += bytesSent
      this.framesDropped += framesDropped
    }
  }

  observe({ event }: StampedEvent): void {
    switch (event.type) {
      case 'connection.opened':
        // Callers over SRT are refused in the handshake, for whatever reason.
        if (event.protocol !== 'srt') this.#handshaking.add(event.connection)
        break
      case 'connection.handshaken':
        this.#handshaking.delete(event.connection)
        break
      case 'connection.closed':
        if (this.#handshaking.delete(event.connection)) this.handshakeFailures++
        if (event.code === 'RTMP_TIMEOUT') this.timeouts++
        break
      case 'publish.started':
        this.publishers++
        break
      case 'publish.stopped':
        this.#addPublication(event)
        break
      case 'play.started':
        this.players++
        break
      default:
        break
    }
  }

  #addPublication({ audioFrames, videoFrames, bytes }: PublicationSummary): void {
    this.audioFrames += audioFrames
    this.videoFrames += videoFrames
    this.bytesPublished += bytes
  }
}
