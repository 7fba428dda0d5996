/** Message type ids of RTMP 1.0 §5.4 and §7.1 that the generator sends or reads. */
export const MessageType = {
  setChunkSize: 1,
  acknowledgement: 3,
  userControl: 4,
  windowAckSize: 5,
  setPeerBandwidth: 6,
  audio: 8,
  video: 9,
  dataAmf0: 18,
  commandAmf3: 17,
  commandAmf0: 20,
} as const

/** A message before it is cut into chunks. */
export type OutgoingMessage = {
  /** 2..63. */
  readonly chunkStreamId: number
  readonly type: number
  readonly messageStreamId: number
  readonly timestamp: number
  readonly body: Uint8Array
}

const CHUNK_SIZE_AT_START = 128

/** Cuts messages into chunks and keeps what the headers leave out. Source: RTMP 1.0 §5.3.1. */
export class ChunkWriter {
  #chunkSize = CHUNK_SIZE_AT_START
  readonly #timestamps = new Map<number, number>()

  /** The message that announces a chunk size; what is encoded after it uses that size. */
  setChunkSize(size: number): Buffer {
    const message = this.encode(control(MessageType.setChunkSize, size))
    this.#chunkSize = size
    return message
  }

  /** Type 0 for a chunk stream's first message, after that type 1 with a delta; type 0 again for control messages. */
  encode(message: OutgoingMessage): Buffer {
    const previous = this.#timestamps.get(message.chunkStreamId)
    const isMedia = message.type === MessageType.audio || message.type === MessageType.video
    if (isMedia) this.#timestamps.set(message.chunkStreamId, message.timestamp)
    const header = isMedia && previous !== undefined ? deltaHeader(message, previous) : fullHeader(message)
    return this.#cut(header, message)
  }

  #cut(header: Buffer, { chunkStreamId, body }: OutgoingMessage): Buffer {
    const chunks = Math.max(1, Math.ceil(body.length / this.#chunkSize))
    const out = Buffer.allocUnsafe(header.length + body.length + chunks - 1)
    out.set(header)
    let offset = header.length
    for (let from = 0; from < body.length; from += this.#chunkSize) {
      if (from > 0) out[offset++] = 0xc0 | chunkStreamId
      const part = body.subarray(from, from + this.#chunkSize)
      out.set(part, offset)
      offset += part.length
    }
    return out
  }
}

/** A protocol control message that holds one 32-bit number. Source: RTMP 1.0 §5.4. */
export function control(type: number, value: number): OutgoingMessage {
  const body = Buffer.alloc(4)
  body.writeUInt32BE(value)
  return { chunkStreamId: 2, type, messageStreamId: 0, timestamp: 0, body }
}

function fullHeader({ chunkStreamId, type, messageStreamId, timestamp, body }: OutgoingMessage): Buffer {
  const header = Buffer.alloc(12)
  header[0] = chunkStreamId
  header.writeUIntBE(timestamp, 1, 3)
  header.writeUIntBE(body.length, 4, 3)
  header[7] = type
  header.writeUInt32LE(messageStreamId, 8)
  return header
}

function deltaHeader({ chunkStreamId, type, timestamp, body }: OutgoingMessage, previous: number): Buffer {
  const header = Buffer.alloc(8)
  header[0] = 0x40 | chunkStreamId
  header.writeUIntBE(timestamp - previous, 1, 3)
  header.writeUIntBE(body.length, 4, 3)
  header[7] = type
  return header
}
