import { ProtocolError } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'
import type { TagType } from '../../formats/flv/tag-header.ts'

/** About five seconds of 6 Mbit/s: longer than a verdict takes. */
const maxEarlyBytes: Bytes = 4 * 1024 * 1024
/** What a message takes beside its payload. */
const messageOverhead: Bytes = 200

type EarlyMessage = { readonly type: TagType; readonly timestamp: number; readonly payload: Uint8Array }

/** The media of a publisher that does not wait until it is let in. FFmpeg and OBS wait. */
export class EarlyMedia {
  #messages: EarlyMessage[] = []
  #size: Bytes = 0

  /**
   * Takes over the payload.
   *
   * @throws {ProtocolError} If the publisher has sent more than is kept for it.
   */
  push(type: TagType, timestamp: number, payload: Uint8Array): void {
    this.#size += payload.length + messageOverhead
    if (this.#size > maxEarlyBytes) {
      const rule = `it may have ${maxEarlyBytes} bytes on the way before its publish is answered`
      throw new ProtocolError('rtmp', 'limit', `Cannot keep the media of a publisher: ${rule}`)
    }
    this.#messages.push({ type, timestamp, payload })
  }

  /** Everything that was kept, in its order; nothing is kept after that. */
  take(): readonly EarlyMessage[] {
    const messages = this.#messages
    this.#messages = []
    return messages
  }
}
