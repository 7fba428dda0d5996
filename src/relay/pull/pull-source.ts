import type { Participant } from '../../contracts/events.ts'
import type { PublishSettings } from '../../contracts/path-settings.ts'
import type { RelayStatus } from '../../contracts/relays.ts'
import { ConnectionError, ServerError } from '../../core/errors.ts'
import type { PublishDoor, StreamRegistry } from '../../hub/stream-registry.ts'
import { type AttemptResult, type RelayContext, RelayLoop } from '../relay-loop.ts'
import type { PullInput } from './pull-input.ts'
import { PulledStream } from './pulled-stream.ts'

/** What sources are given. */
export type PullContext = RelayContext & { readonly registry: StreamRegistry }

export type PullSourceOptions = {
  readonly id: string
  readonly name: string
  /** Where it comes from, without secrets. */
  readonly shown: string
  readonly input: PullInput
  readonly settings: PublishSettings
}

/** Brings one stream from elsewhere and publishes it here, until it is closed. */
export class PullSource {
  readonly #options: PullSourceOptions
  readonly #context: PullContext
  readonly #loop: RelayLoop

  constructor(options: PullSourceOptions, context: PullContext) {
    this.#options = options
    this.#context = context
    this.#loop = new RelayLoop({ direction: 'pull', stream: options.name, url: options.shown }, context)
  }

  get status(): RelayStatus {
    const { bytesReceived: bytes } = this.#options.input
    return { ...this.#loop.status, bytes, framesDropped: 0, tracksLeftOut: [] }
  }

  /** True once it brings nothing more: what it plays has come to its end. */
  get hasEnded(): boolean {
    return this.#loop.state === 'ended'
  }

  /** Resolves when it has ended, or `close` was called. */
  run(): Promise<void> {
    return this.#loop.run(() => this.#attempt())
  }

  /** Idempotent. */
  close(): Promise<void> {
    return this.#loop.close()
  }

  async #attempt(): Promise<AttemptResult> {
    const refused = new AbortController()
    let refusal: string | undefined
    const stream = this.#pulledStream(reason => {
      refusal = reason
      refused.abort()
    })
    const result = await this.#play(stream, AbortSignal.any([this.#loop.signal, refused.signal]))
    this.#leave(stream, result)
    if (this.#loop.signal.aborted) return 'done'
    return refusal === undefined ? result : new ConnectionError(`Cannot pull ${this.#options.name}: ${refusal}`)
  }

  async #play(stream: PulledStream, signal: AbortSignal): Promise<AttemptResult> {
    const { input, settings } = this.#options
    try {
      return await input.play(stream, settings, signal)
    } catch (error) {
      if (!(error instanceof ServerError)) throw error
      return error
    }
  }

  #pulledStream(onRefused: (reason: string) => void): PulledStream {
    const { id, name, shown, input } = this.#options
    const { registry, clock, events } = this.#context
    const info = { id, protocol: input.protocol, peer: shown, since: clock.wall(), isRelay: true } as const
    const onPublished = (): void => {
      this.#loop.started('receiving')
      events.emit({ type: 'publish.started', stream: name, ...this.#participant })
    }
    const publish: PublishDoor = port => registry.publish(name, port)
    return new PulledStream({ name, info, publish, onPublished, onRefused })
  }

  /** A connection is over: give the name back. */
  #leave(stream: PulledStream, result: AttemptResult): void {
    stream.close()
    if (stream.publication === undefined) return
    const over = result === 'done' ? 'its end was reached' : 'the connection is over'
    const reason = this.#loop.signal.aborted ? 'nobody needs it any more' : over
    const summary = stream.publication.summary(this.#loop.stopped(reason))
    const { name } = this.#options
    this.#context.events.emit({ type: 'publish.stopped', stream: name, reason, ...this.#participant, ...summary })
  }

  get #participant(): Participant {
    const { id, shown, input } = this.#options
    return { connection: id, protocol: input.protocol, peer: shown, url: '', query: '' }
  }
}
