import type { PublishSettings } from '../../contracts/path-settings.ts'
import { ConnectionError, ServerError } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'
import type { PublishDoor } from '../../hub/stream-registry.ts'
import type { PeerInfo } from '../../hub/subscriber.ts'
import type { AttemptResult } from '../relay-loop.ts'
import type { PullInput } from './pull-input.ts'
import { PulledStream } from './pulled-stream.ts'

export type PulledInputOptions = {
  /** Name of the stream. */
  readonly name: string
  /** Where it comes from, without secrets. */
  readonly shown: string
  readonly input: PullInput
  /** What holds for the stream when it is brought. */
  readonly settings: () => PublishSettings
}

/** One of several places that a stream comes from: whoever chooses between them says when, and takes what comes. */
export class PulledInput {
  readonly #options: PulledInputOptions

  constructor(options: PulledInputOptions) {
    this.#options = options
  }

  get protocol(): string {
    return this.#options.input.protocol
  }

  get bytesReceived(): Bytes {
    return this.#options.input.bytesReceived
  }

  /** Connect once, and bring media to `publish` until that ends or `signal` aborts. Does not reject. */
  async receive(
    who: Pick<PeerInfo, 'id' | 'since'>,
    publish: PublishDoor,
    signal: AbortSignal,
  ): Promise<AttemptResult> {
    const { name, shown, input, settings } = this.#options
    const refused = new AbortController()
    let refusal: string | undefined
    const onRefused = (reason: string): void => {
      refusal = reason
      refused.abort()
    }
    const info = { ...who, protocol: input.protocol, peer: shown, isRelay: true as const }
    const stream = new PulledStream({ name, info, publish, onPublished: () => undefined, onRefused })
    try {
      const result = await input.play(stream, settings(), AbortSignal.any([signal, refused.signal]))
      return refusal === undefined ? result : new ConnectionError(`Cannot pull ${name}: ${refusal}`)
    } catch (error) {
      if (!(error instanceof ServerError)) throw error
      return error
    } finally {
      stream.close()
    }
  }
}
