import { ConnectionError } from '../core/errors.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import { FrameCursor } from '../hub/frame-cursor.ts'
import type { Publication } from '../hub/publication.ts'
import type { Stream } from '../hub/stream.ts'
import type { PublishDoor, StreamRegistry } from '../hub/stream-registry.ts'
import type { PeerInfo, Subscriber } from '../hub/subscriber.ts'
import type { InputSource, SourceResult } from './input-source.ts'

/** For another stream it is waited as long as it is wanted. */
const patience: Milliseconds = 24 * 3600 * 1000

/** Another stream of this server as an input: its frames, as they are. */
export class CopiedStream implements InputSource {
  readonly protocol = 'copy'
  readonly #name: string
  readonly #registry: StreamRegistry
  #bytesReceived: Bytes = 0

  /** @param name Of the other stream. */
  constructor(name: string, registry: StreamRegistry) {
    this.#name = name
    this.#registry = registry
  }

  get bytesReceived(): Bytes {
    return this.#bytesReceived
  }

  async receive(who: Pick<PeerInfo, 'id' | 'since'>, publish: PublishDoor, signal: AbortSignal): Promise<SourceResult> {
    const stream = await this.#registry.waitLive(this.#name, patience, signal)
    if (stream === undefined) return new ConnectionError(`Cannot copy ${this.#name}: nobody publishes it`)
    const info = { ...who, protocol: this.protocol, peer: this.#name }
    const { promise, resolve } = Promise.withResolvers<SourceResult>()
    const end = (reason: string): void => resolve(new ConnectionError(`Cannot copy ${this.#name}: ${reason}`))
    const result = publish({ info, onEnd: () => end('it is not wanted any more') })
    if (!result.ok) return new ConnectionError(`Cannot copy ${this.#name}: its place is taken`)
    const reader = new CopyReader(stream, info, result.publication, bytes => (this.#bytesReceived += bytes))
    reader.onOver = end
    signal.addEventListener('abort', () => end('it is not wanted any more'))
    reader.open()
    try {
      return await promise
    } finally {
      reader.close()
    }
  }
}

/** Hands on what another stream's log has. */
class CopyReader implements Subscriber {
  readonly info: PeerInfo
  readonly counters: { bytesSent: Bytes; framesDropped: number; lag: Milliseconds } = {
    bytesSent: 0,
    framesDropped: 0,
    lag: 0,
  }
  onOver: (reason: string) => void = () => undefined
  readonly #stream: Stream
  readonly #cursor: FrameCursor
  readonly #target: Publication
  readonly #onBytes: (bytes: Bytes) => void

  constructor(stream: Stream, info: PeerInfo, target: Publication, onBytes: (bytes: Bytes) => void) {
    this.#stream = stream
    this.info = info
    this.#cursor = new FrameCursor(stream.frames)
    this.#target = target
    this.#onBytes = onBytes
  }

  open(): void {
    for (const track of this.#stream.tracks) this.#target.declare(track)
    this.#stream.subscribe(this)
    this.wake()
  }

  wake(): boolean {
    for (let entry = this.#cursor.next(); entry !== undefined; entry = this.#cursor.next()) {
      const { frame } = entry
      this.#target.write(frame)
      this.counters.bytesSent += frame.payload.length
      this.#onBytes(frame.payload.length)
    }
    this.counters.framesDropped = this.#cursor.dropped
    return false
  }

  publisherLeft(): void {
    this.onOver('its publisher has left')
  }

  publisherReturned(): void {}

  end(): void {
    this.onOver('it has ended')
  }

  close(): void {
    this.#stream.unsubscribe(this)
    this.#target.close()
  }
}
