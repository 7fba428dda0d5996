import type { PublishSettings } from '../../../contracts/path-settings.ts'
import { type TagType, tagTypes } from '../../../formats/flv/tag-header.ts'
import { MessagesToFrames } from '../../../protocols/rtmp/messages-to-frames.ts'
import type { PulledStream } from '../pulled-stream.ts'

type ScriptData = { readonly timestamp: number; readonly payload: Uint8Array }

/** Script data that comes before sound and picture; more is dropped. */
const maxEarlyScriptData = 16

/** The messages of one connection on their way into the hub: the first sound or picture publishes the stream. */
export class PulledMessages {
  readonly #stream: PulledStream
  readonly #settings: PublishSettings
  #early: ScriptData[] = []
  #frames: MessagesToFrames | undefined

  constructor(stream: PulledStream, settings: PublishSettings) {
    this.#stream = stream
    this.#settings = settings
  }

  /**
   * Takes over the payload.
   *
   * @throws {ProtocolError} If the head of the message is malformed.
   */
  write(type: TagType, timestamp: number, payload: Uint8Array): void {
    if (this.#stream.isOver) return
    if (this.#frames === undefined && type === tagTypes.script) {
      if (this.#early.length < maxEarlyScriptData) this.#early.push({ timestamp, payload })
      return
    }
    this.#frames ??= this.#publish()
    this.#frames?.write(type, timestamp, payload)
  }

  /** No more will come. */
  flush(): void {
    this.#frames?.flush()
  }

  #publish(): MessagesToFrames | undefined {
    const publication = this.#stream.publish()
    if (publication === undefined) return undefined
    const frames = new MessagesToFrames(publication, this.#settings)
    for (const { timestamp, payload } of this.#early) frames.write(tagTypes.script, timestamp, payload)
    this.#early = []
    return frames
  }
}
