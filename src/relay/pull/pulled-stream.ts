import type { Publication, PublicationEnd } from '../../hub/publication.ts'
import type { PublishDoor } from '../../hub/stream-registry.ts'
import type { PeerInfo } from '../../hub/subscriber.ts'

export type PulledStreamOptions = {
  readonly name: string
  readonly info: PeerInfo
  /** Where it is published. */
  readonly publish: PublishDoor
  /** The stream has a publisher: us. */
  readonly onPublished: () => void
  /** The name is not ours, or not any more; in words. */
  readonly onRefused: (reason: string) => void
}

const endings: Record<PublicationEnd, string> = {
  left: 'we have left',
  replaced: 'another publisher took over',
  ended: 'the stream has ended',
  unwatched: 'nobody watches it',
  kicked: 'the operator has ended it',
  shutdown: 'the server shuts down',
}

const refusals = {
  'invalid-name': 'the name is not a valid stream name',
  occupied: 'somebody else publishes it',
  'no-input': 'it comes from its declared inputs',
  shutdown: 'the server shuts down',
} as const

/**
 * The place in the hub of what comes over one connection. It takes the stream's name when there is something to publish:
 * servers let players wait for streams that they do not have.
 */
export class PulledStream {
  readonly name: string
  readonly #options: PulledStreamOptions
  #publication: Publication | undefined
  #isOver = false

  constructor(options: PulledStreamOptions) {
    this.name = options.name
    this.#options = options
  }

  /** Id of the publisher. */
  get connection(): string {
    return this.#options.info.id
  }

  /** `undefined` if nothing came that could be published. */
  get publication(): Publication | undefined {
    return this.#publication
  }

  /** True once there is nothing to be done with what comes. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** There is something to publish. Called once; `undefined` if the name is not to be had. */
  publish(): Publication | undefined {
    const { info, publish, onPublished } = this.#options
    const onEnd = (end: PublicationEnd): void => this.#refuse(endings[end])
    const result = publish({ info, onEnd })
    if (!result.ok) {
      this.#refuse(refusals[result.reason])
      return undefined
    }
    this.#publication = result.publication
    onPublished()
    return result.publication
  }

  /** Idempotent. */
  close(): void {
    this.#isOver = true
    this.#publication?.close()
  }

  #refuse(reason: string): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#options.onRefused(reason)
  }
}
