/** Called for every whole message; `body` is borrowed until the call returns. */
export type MessageHandler = (type: number, body: Buffer) => void

/** A message larger than this means that the reader lost its place. */
const MESSAGE_LIMIT = 8 << 20
/** 3 bytes of basic header, 11 of message header, 4 of extended timestamp. */
const HEADER_LIMIT = 18
const MESSAGE_HEADER_SIZES = [11, 7, 3, 0] as const

/** What later chunks of a chunk stream leave out, and the message that is being put together. */
type ChunkStream = { size: number; type: number; isExtended: boolean; received: number; body: Buffer }

/**
 * Puts messages together from chunks that arrive in pieces of any size. Source: RTMP 1.0 §5.3.1.
 *
 *     basic header 1-3 | message header 11, 7, 3 or 0 | extended timestamp 0 or 4 | up to chunk size of payload
 */
export class ChunkReader {
  readonly #onMessage: MessageHandler
  readonly #streams = new Map<number, ChunkStream>()
  readonly #header = Buffer.alloc(HEADER_LIMIT)
  #headerSize = 0
  #current: ChunkStream | undefined
  #payloadLeft = 0
  chunkSize = 128

  constructor(onMessage: MessageHandler) {
    this.#onMessage = onMessage
  }

  /**
   * Take in `bytes`, which are not kept.
   *
   * @throws {RangeError} If a message is longer than any that was published.
   */
  push(bytes: Buffer): void {
    let offset = 0
    while (offset < bytes.length) {
      offset = this.#current === undefined ? this.#pushHeader(bytes, offset) : this.#pushPayload(bytes, offset)
    }
  }

  #pushHeader(bytes: Buffer, from: number): number {
    let offset = from
    while (offset < bytes.length) {
      this.#header[this.#headerSize++] = bytes.readUInt8(offset++)
      if (this.#headerSize >= this.#headerNeed()) {
        this.#openChunk()
        break
      }
    }
    return offset
  }

  /** Bytes of header, as far as the bytes held can tell. */
  #headerNeed(): number {
    const basic = basicHeaderSize(this.#header)
    if (this.#headerSize < basic) return basic
    const format = this.#header.readUInt8() >> 6
    const short = basic + (MESSAGE_HEADER_SIZES[format] ?? 0)
    if (this.#headerSize < short) return short
    return this.#isExtended(format, basic) ? short + 4 : short
  }

  #isExtended(format: number, basic: number): boolean {
    if (format === 3) return this.#stream(chunkStreamId(this.#header)).isExtended
    return this.#header.readUIntBE(basic, 3) === 0xffffff
  }

  #stream(id: number): ChunkStream {
    const known = this.#streams.get(id)
    if (known !== undefined) return known
    const fresh = { size: 0, type: 0, isExtended: false, received: 0, body: Buffer.alloc(0) }
    this.#streams.set(id, fresh)
    return fresh
  }

  #openChunk(): void {
    const format = this.#header.readUInt8() >> 6
    const basic = basicHeaderSize(this.#header)
    const stream = this.#stream(chunkStreamId(this.#header))
    stream.isExtended = this.#isExtended(format, basic)
    if (format < 2) {
      stream.size = this.#header.readUIntBE(basic + 3, 3)
      stream.type = this.#header.readUInt8(basic + 6)
    }
    if (format < 3) stream.received = 0
    if (stream.size > MESSAGE_LIMIT) throw new RangeError(`Cannot read RTMP message: ${stream.size} bytes is absurd`)
    if (stream.body.length < stream.size) stream.body = Buffer.allocUnsafeSlow(stream.size)
    this.#headerSize = 0
    this.#payloadLeft = Math.min(stream.size - stream.received, this.chunkSize)
    this.#current = stream
    if (this.#payloadLeft === 0) this.#closeChunk(stream)
  }

  #pushPayload(bytes: Buffer, offset: number): number {
    const stream = this.#current
    if (stream === undefined) return offset
    const end = Math.min(offset + this.#payloadLeft, bytes.length)
    bytes.copy(stream.body, stream.received, offset, end)
    stream.received += end - offset
    this.#payloadLeft -= end - offset
    if (this.#payloadLeft === 0) this.#closeChunk(stream)
    return end
  }

  #closeChunk(stream: ChunkStream): void {
    this.#current = undefined
    if (stream.received < stream.size) return
    stream.received = 0
    this.#onMessage(stream.type, stream.body.subarray(0, stream.size))
  }
}

function basicHeaderSize(header: Buffer): number {
  const id = header.readUInt8() & 0x3f
  return id === 0 ? 2 : id === 1 ? 3 : 1
}

function chunkStreamId(header: Buffer): number {
  const id = header.readUInt8() & 0x3f
  if (id === 0) return 64 + header.readUInt8(1)
  if (id === 1) return 64 + header.readUInt16LE(1)
  return id
}
