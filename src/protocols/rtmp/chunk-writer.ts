import type { Bytes } from '../../core/units.ts'
import { commandChunkStream, controlChunkStream, encodeMessage, mediaChunkStream } from './media-header.ts'
import { type Message, messageType } from './message.ts'
import { decodeSetChunkSize } from './protocol-control.ts'

/** Writes the messages that are for one peer alone; media that many share goes out as a wire log. */
export class ChunkWriter {
  #chunkSize: Bytes = 128

  get chunkSize(): Bytes {
    return this.#chunkSize
  }

  /** All of `messages` one behind the other. A Set Chunk Size message holds for those behind it. */
  encode(messages: readonly Message[]): Uint8Array {
    return Buffer.concat(messages.map(message => this.#encode(message)))
  }

  #encode({ type, streamId, timestamp, payload }: Message): Uint8Array {
    const header = { chunkStreamId: chunkStreamOf(type), timestamp, type, streamId }
    const bytes = encodeMessage(header, payload, this.#chunkSize)
    if (type === messageType.setChunkSize) this.#chunkSize = decodeSetChunkSize(payload)
    return bytes
  }
}

function chunkStreamOf(type: number): number {
  if (type === messageType.audio || type === messageType.video || type === messageType.dataAmf0) {
    return mediaChunkStream(type)
  }
  return type <= messageType.setPeerBandwidth ? controlChunkStream : commandChunkStream
}
