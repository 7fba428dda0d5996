import { ProtocolError } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'
import { decodeBasicHeader } from './basic-header.ts'
import { type Message, messageType } from './message.ts'
import { decodeMessageHeader, decodeRepeatedTimestamp, type MessageHeader } from './message-header.ts'
import { BufferedBytes, PartialMessage } from './partial-message.ts'
import { decodeAbort, decodeSetChunkSize } from './protocol-control.ts'

export type ChunkReaderLimits = {
  /** Largest message body. The wire's own limit is 16 MiB - 1. */
  readonly maxMessageSize: Bytes
  /** Memory for the unfinished messages of all chunk streams together. */
  readonly maxBufferedSize: Bytes
  /** Chunk streams that one peer may open. */
  readonly maxChunkStreams: number
}

type ChunkStream = {
  header: MessageHeader | undefined
  partial: PartialMessage | undefined
}

/** Basic header, type 0 message header, extended timestamp. */
const longestHeader = 3 + 11 + 4
/** A message smaller than this part of its socket read is copied, so that it does not keep the whole read alive. */
const ownedPart = 1 / 4

/**
 * Turns the bytes of a connection, in pieces of any size, into messages.
 *
 * Set Chunk Size and Abort are obeyed here and not passed on. A message that lies whole in one read is a view of that
 * read or one copy of it; others are copied together as they come. Message payloads are the receiver's.
 *
 * @see RTMP 1.0 §5.3 (chunking), §5.4.1 (Set Chunk Size), §5.4.2 (Abort)
 */
export class ChunkReader {
  readonly #limits: ChunkReaderLimits
  readonly #onMessage: (message: Message) => void
  readonly #streams = new Map<number, ChunkStream>()
  readonly #buffered: BufferedBytes
  #chunkSize: Bytes = 128
  /** The stream whose chunk is being read, and how much of the chunk is still to come. */
  #open: ChunkStream | undefined
  #chunkLeft: Bytes = 0
  /** The bytes of a header that the last read ended in. */
  readonly #cut = new Uint8Array(2 * longestHeader)
  #cutLength = 0

  constructor(limits: ChunkReaderLimits, onMessage: (message: Message) => void) {
    this.#limits = limits
    this.#onMessage = onMessage
    this.#buffered = new BufferedBytes(limits.maxBufferedSize)
  }

  /** The peer's chunk size. */
  get chunkSize(): Bytes {
    return this.#chunkSize
  }

  /** Memory taken by unfinished messages. */
  get bufferedBytes(): Bytes {
    return this.#buffered.taken
  }

  /**
   * Take over the next bytes of the connection and hand out the messages that they complete.
   *
   * @throws {ProtocolError} If the chunks are malformed or exceed a limit. The reader cannot be used any more then.
   */
  receive(bytes: Uint8Array): void {
    let at = 0
    while (at < bytes.length) {
      if (this.#open !== undefined) at = this.#readPayload(this.#open, bytes, at)
      else if (this.#cutLength > 0) at = this.#readCutHeader(bytes, at)
      else at = this.#readHeader(bytes, at)
    }
  }

  #readHeader(bytes: Uint8Array, at: number): number {
    const size = this.#openChunk(bytes, at)
    if (size !== undefined) return at + size
    this.#cut.set(bytes.subarray(at))
    this.#cutLength = bytes.length - at
    return bytes.length
  }

  #readCutHeader(bytes: Uint8Array, at: number): number {
    const before = this.#cutLength
    const added = Math.min(bytes.length - at, longestHeader)
    this.#cut.set(bytes.subarray(at, at + added), before)
    const size = this.#openChunk(this.#cut.subarray(0, before + added), 0)
    this.#cutLength = size === undefined ? before + added : 0
    if (size === undefined) return at + added
    if (size >= before) return at + size - before
    // The peer leaves out the extended timestamp, and the bytes looked at in its place are payload.
    this.receive(this.#cut.slice(size, before))
    return at
  }

  /** Decode the chunk header at `at`. Returns its size, or `undefined` if more bytes are needed. */
  #openChunk(bytes: Uint8Array, at: number): number | undefined {
    const basic = decodeBasicHeader(bytes, at)
    if (basic === undefined) return undefined
    const stream = this.#streams.get(basic.chunkStreamId) ?? { header: undefined, partial: undefined }
    const size =
      stream.partial === undefined
        ? this.#openMessage(stream, basic.fmt, bytes, at + basic.size)
        : continueMessage(stream.partial, stream.header, basic.fmt, bytes, at + basic.size)
    if (size === undefined) return undefined
    this.#remember(basic.chunkStreamId, stream)
    this.#enterChunk(stream)
    return basic.size + size
  }

  #openMessage(stream: ChunkStream, fmt: 0 | 1 | 2 | 3, bytes: Uint8Array, at: number): number | undefined {
    const decoded = decodeMessageHeader(bytes, at, fmt, stream.header)
    if (decoded === undefined) return undefined
    const { header, size } = decoded
    if (header.length > this.#limits.maxMessageSize) {
      throw new ProtocolError(
        'rtmp',
        'limit',
        `Cannot read RTMP message: its limit is ${this.#limits.maxMessageSize} bytes, is ${header.length}`,
      )
    }
    stream.header = header
    return size
  }

  #remember(chunkStreamId: number, stream: ChunkStream): void {
    if (this.#streams.has(chunkStreamId)) return
    if (this.#streams.size >= this.#limits.maxChunkStreams) {
      throw new ProtocolError(
        'rtmp',
        'limit',
        `Cannot open RTMP chunk stream ${chunkStreamId}: a connection may have ${this.#limits.maxChunkStreams}`,
      )
    }
    this.#streams.set(chunkStreamId, stream)
  }

  #enterChunk(stream: ChunkStream): void {
    const missing = stream.partial?.missing ?? stream.header?.length ?? 0
    this.#chunkLeft = Math.min(missing, this.#chunkSize)
    if (missing === 0) this.#finish(stream, new Uint8Array(0))
    else this.#open = stream
  }

  #readPayload(stream: ChunkStream, bytes: Uint8Array, at: number): number {
    const end = at + Math.min(bytes.length - at, this.#chunkLeft)
    const piece = bytes.subarray(at, end)
    this.#chunkLeft -= piece.length
    if (this.#chunkLeft === 0) this.#open = undefined

    const length = stream.header?.length ?? 0
    if (stream.partial === undefined && piece.length === length) {
      this.#finish(stream, length < bytes.length * ownedPart ? copy(piece) : piece)
      return end
    }
    stream.partial ??= new PartialMessage(length, this.#buffered)
    stream.partial.append(piece)
    if (stream.partial.missing === 0) this.#finish(stream, stream.partial.release())
    return end
  }

  #finish(stream: ChunkStream, payload: Uint8Array): void {
    stream.partial = undefined
    const { type, streamId, timestamp } = stream.header as MessageHeader
    if (type === messageType.setChunkSize) this.#chunkSize = decodeSetChunkSize(payload)
    else if (type === messageType.abort) this.#abort(decodeAbort(payload))
    else this.#onMessage({ type, streamId, timestamp, payload })
  }

  #abort(chunkStreamId: number): void {
    const stream = this.#streams.get(chunkStreamId)
    stream?.partial?.release()
    if (stream !== undefined) stream.partial = undefined
  }
}

function continueMessage(
  partial: PartialMessage,
  header: MessageHeader | undefined,
  fmt: number,
  bytes: Uint8Array,
  at: number,
): number | undefined {
  if (fmt !== 3 || header === undefined) {
    throw new ProtocolError(
      'rtmp',
      'unexpected',
      `Cannot open RTMP message with a type ${fmt} chunk: the one before must be whole, lacks ${partial.missing} bytes`,
    )
  }
  return decodeRepeatedTimestamp(bytes, at, header)
}

/** Small copies come out of Node's shared pool, so an audio frame costs no allocation of its own. */
function copy(bytes: Uint8Array): Uint8Array {
  const owned = Buffer.allocUnsafe(bytes.length)
  owned.set(bytes)
  return owned
}
