import type { ReaderEnd } from '../../contracts/end-reason.ts'
import type { Bytes } from '../../core/units.ts'
import type { Stream } from '../../hub/stream.ts'
import type { JoinPoint, WireRun } from '../../hub/wire-log.ts'
import type { WireSink } from '../../hub/wire-reader.ts'
import type { StreamFraming } from './stream-framing.ts'
import type { StreamOpening } from './stream-opening.ts'
import type { ViewerOutlet } from './viewer-outlet.ts'

export type ViewerSinkOptions = {
  readonly outlet: ViewerOutlet
  /** True if what is written is encrypted for this viewer alone. */
  readonly isSecure: boolean
  readonly stream: Stream
  readonly framing: StreamFraming
  readonly opening: StreamOpening
}

/**
 * What one viewer is sent, over HTTP past the head of the response or over WebSocket past its handshake: the shared bytes,
 * framed once for all viewers of a kind.
 */
export class ViewerSink implements WireSink {
  readonly #outlet: ViewerOutlet
  readonly #stream: Stream
  readonly #framing: StreamFraming
  readonly isSecure: boolean
  readonly #onEnd: (reason: ReaderEnd) => void
  readonly #opening: StreamOpening
  /** What it had carried before. */
  readonly #bytesBefore: Bytes

  /** @param onEnd The hub has ended the viewer. */
  constructor({ outlet, isSecure, stream, framing, opening }: ViewerSinkOptions, onEnd: (reason: ReaderEnd) => void) {
    this.#outlet = outlet
    this.isSecure = isSecure
    this.#stream = stream
    this.#framing = framing
    this.#opening = opening
    this.#onEnd = onEnd
    this.#bytesBefore = outlet.bytesWritten
  }

  get isBusy(): boolean {
    return this.#outlet.writableLength > 0
  }

  get needsSettledStream(): boolean {
    return this.#opening.isFirst
  }

  get bytesSent(): Bytes {
    return this.#outlet.bytesWritten - this.#bytesBefore
  }

  start(join: JoinPoint): void {
    const bytes = this.#opening.encode(join, this.#stream.tracks)
    if (bytes.length > 0) this.#outlet.write(this.#framing.encode(bytes))
  }

  write(run: WireRun): void {
    this.#outlet.write(this.#framing.encodeRun(run))
  }

  /** The viewer sees that nothing comes; no format has words for it. */
  publisherLeft(): void {}

  publisherReturned(): void {}

  end(reason: ReaderEnd): void {
    this.#onEnd(reason)
  }
}
