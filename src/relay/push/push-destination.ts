import type { RelayState, RelayStatus } from '../../contracts/relays.ts'
import { ServerError } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'
import type { Stream } from '../../hub/stream.ts'
import { type AttemptResult, type RelayContext, RelayLoop } from '../relay-loop.ts'
import type { PushOutput } from './push-output.ts'
import type { PushUrl } from './push-url.ts'
import { PushedStream } from './pushed-stream.ts'

/** What destinations are given. */
export type PushContext = RelayContext & {
  readonly createOutput: (url: PushUrl) => PushOutput
}

export type PushDestinationOptions = {
  /** Of the reader. */
  readonly id: string
  readonly stream: Stream
  readonly url: PushUrl
  /** Which of the configured destinations it is. */
  readonly destination: number
}

/** Sends one stream on to one place, connection after connection, and keeps doing so until the stream ends. */
export class PushDestination {
  readonly stream: Stream
  readonly #id: string
  readonly #context: PushContext
  readonly #output: PushOutput
  readonly #loop: RelayLoop
  #pushed: PushedStream | undefined
  /** Over the connections before. */
  readonly #sentBefore: { bytes: Bytes; framesDropped: number } = { bytes: 0, framesDropped: 0 }

  constructor({ id, stream, url, destination }: PushDestinationOptions, context: PushContext) {
    this.stream = stream
    this.#id = id
    this.#context = context
    this.#output = context.createOutput(url)
    this.#loop = new RelayLoop({ direction: 'push', stream: stream.name, url: url.shown, destination }, context)
  }

  get state(): RelayState {
    return this.#loop.state
  }

  get status(): RelayStatus {
    const { bytesSent = 0, framesDropped = 0 } = this.#pushed?.counters ?? {}
    return {
      ...this.#loop.status,
      bytes: this.#sentBefore.bytes + bytesSent,
      framesDropped: this.#sentBefore.framesDropped + framesDropped,
      tracksLeftOut: this.#pushed?.tracksLeftOut ?? [],
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
    const { stream } = this
    if (stream.publication === undefined) return 'done'
    const { clock, log } = this.#context
    const { signal, identity } = this.#loop
    const who = { id: this.#id, protocol: 'relay', peer: identity.url, since: clock.wall() }
    const info = { ...who, isPart: true, isRelay: true } as const
    const pushed = new PushedStream({ stream, info, loop: this.#loop, clock, log })
    this.#pushed = pushed
    const stop = (): void => pushed.stop()
    signal.addEventListener('abort', stop)
    const result = await this.#send(pushed)
    signal.removeEventListener('abort', stop)
    this.#count(pushed)
    return signal.aborted ? 'done' : result
  }

  async #send(pushed: PushedStream): Promise<AttemptResult> {
    try {
      return await this.#output.send(pushed)
    } catch (error) {
      if (!(error instanceof ServerError)) throw error
      return error
    }
  }

  #count({ counters }: PushedStream): void {
    this.#pushed = undefined
    this.#sentBefore.bytes += counters.bytesSent
    this.#sentBefore.framesDropped += counters.framesDropped
  }
}
