import type { PublishSettings } from '../../../contracts/path-settings.ts'
import type { TagType } from '../../../formats/flv/tag-header.ts'
import { tagTypes } from '../../../formats/flv/tag-header.ts'
import type { Publication, PublicationEnd } from '../../../hub/publication.ts'
import type { StreamRegistry } from '../../../hub/stream-registry.ts'
import type { PeerInfo } from '../../../hub/subscriber.ts'
import { MessagesToFrames } from '../../../protocols/rtmp/messages-to-frames.ts'

type ScriptData = { readonly timestamp: number; readonly payload: Uint8Array }

export type PulledStreamOptions = {
  readonly name: string
  readonly info: PeerInfo
  readonly registry: StreamRegistry
  readonly settings: PublishSettings
  /** The stream has a publisher: us. */
  readonly onPublished: () => void
  /** The name is not ours, or not any more; in words. */
  readonly onRefused: (reason: string) => void
}

/** Script data that comes before sound and picture; more is dropped. */
const maxEarlyScriptData = 16

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
  shutdown: 'the server shuts down',
} as const

/**
 * What comes from another server, on its way into the hub. It takes the stream's name with the first sound or picture:
 * servers let players wait for streams that they do not have.
 */
export class PulledStream {
  readonly #options: PulledStreamOptions
  #early: ScriptData[] = []
  #publication: Publication | undefined
  #frames: MessagesToFrames | undefined
  #isOver = false

  constructor(options: PulledStreamOptions) {
    this.#options = options
  }

  /** `undefined` if nothing came that could be published. */
  get publication(): Publication | undefined {
    return this.#publication
  }

  /**
   * Takes over the payload.
   *
   * @throws {ProtocolError} If the head of the message is malformed.
   */
  write(type: TagType, timestamp: number, payload: Uint8Array): void {
    if (this.#isOver) return
    if (this.#frames === undefined && type === tagTypes.script) {
      if (this.#early.length < maxEarlyScriptData) this.#early.push({ timestamp, payload })
      return
    }
    this.#frames ??= this.#publish()
    this.#frames?.write(type, timestamp, payload)
  }

  /** Idempotent. */
  close(): void {
    this.#isOver = true
    this.#frames?.flush()
    this.#publication?.close()
  }

  #publish(): MessagesToFrames | undefined {
    const { name, info, registry, settings, onPublished } = this.#options
    const onEnd = (end: PublicationEnd): void => this.#refuse(endings[end])
    const result = registry.publish(name, { info, onEnd })
    if (!result.ok) {
      this.#refuse(refusals[result.reason])
      return undefined
    }
    this.#publication = result.publication
    onPublished()
    const frames = new MessagesToFrames(result.publication, settings)
    for (const { timestamp, payload } of this.#early) frames.write(tagTypes.script, timestamp, payload)
    this.#early = []
    return frames
  }

  #refuse(reason: string): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#options.onRefused(reason)
  }
}
