import { type AmfObject, type AmfValue, decodeAmf, encodeAmf } from './amf.ts'
import { ChunkReader } from './chunk-reader.ts'
import { ChunkWriter, control, MessageType } from './chunk-writer.ts'

/** Where a client connects and what for. */
export type RtmpTarget = {
  readonly intent: 'publish' | 'play'
  readonly app: string
  readonly name: string
  readonly url: string
}

/** What the client tells its owner. */
export type RtmpClientEvents = {
  readonly write: (bytes: Buffer) => void
  /** The server has accepted the publish or play. */
  readonly live: () => void
  /** One audio or video message; `body` is borrowed until the call returns. */
  readonly media: (type: number, body: Buffer) => void
  readonly failed: (reason: string) => void
}

const HANDSHAKE_SIZE = 1536
const TRANSACTION = { connect: 1, releaseStream: 2, fcPublish: 3, createStream: 4, start: 5 } as const
const WINDOW_ACK_SIZE = 2_500_000
/** SetBufferLength that players send, milliseconds. */
const BUFFER_LENGTH_MS = 3000
const REFUSAL = /Failed|BadName|NotFound|Denied|Rejected|Invalid|StreamNotFound/

/** The client side of one RTMP connection without its socket: bytes in, bytes out. Source: RTMP 1.0 §5.2, §7. */
export class RtmpClient {
  readonly #target: RtmpTarget
  readonly #events: RtmpClientEvents
  readonly #writer = new ChunkWriter()
  readonly #reader = new ChunkReader((type, body) => this.#message(type, body))
  #handshake: Buffer | undefined = Buffer.alloc(0)
  #messageStreamId = 0
  #isLive = false
  #ackWindow = 0
  #ackedBytes = 0

  constructor(target: RtmpTarget, events: RtmpClientEvents) {
    this.#target = target
    this.#events = events
  }

  /** Send C0 and C1: version 3, time 0, zero, then bytes that need only differ. */
  open(): void {
    const opening = Buffer.alloc(1 + HANDSHAKE_SIZE)
    opening[0] = 3
    for (let i = 9; i < opening.length; i++) opening[i] = (i * 37 + 11) & 0xff
    this.#events.write(opening)
  }

  /** Take in what the server sent; `bytes` are not kept. */
  push(bytes: Buffer): void {
    if (this.#handshake === undefined) this.#reader.push(bytes)
    else this.#pushHandshake(Buffer.concat([this.#handshake, bytes]))
  }

  /** Send one message of media or data on the published stream. */
  send(type: number, timestamp: number, body: Uint8Array): void {
    this.#events.write(this.#encode(type, timestamp, body))
  }

  /** Announce the chunk size of all that is sent from here on. */
  setChunkSize(size: number): void {
    this.#events.write(this.#writer.setChunkSize(size))
  }

  /** Acknowledge what the server's window asks for; `total` counts all bytes received. */
  acknowledge(total: number): void {
    if (this.#ackWindow === 0 || total - this.#ackedBytes < this.#ackWindow) return
    this.#ackedBytes = total
    this.#events.write(this.#writer.encode(control(MessageType.acknowledgement, total % 2 ** 32)))
  }

  #pushHandshake(bytes: Buffer): void {
    this.#handshake = bytes
    const size = 1 + 2 * HANDSHAKE_SIZE
    if (bytes.length < size) return
    if (bytes[0] !== 3) return this.#events.failed(`handshake version is ${bytes[0]}`)
    this.#handshake = undefined
    this.#events.write(Buffer.from(bytes.subarray(1, 1 + HANDSHAKE_SIZE)))
    this.#command(3, 0, 'connect', TRANSACTION.connect, this.#connectObject())
    this.#reader.push(bytes.subarray(size))
  }

  #connectObject(): AmfObject {
    const { app, url, intent } = this.#target
    if (intent === 'publish') return { app, type: 'nonprivate', flashVer: 'FMLE/3.0 (compatible; bench)', tcUrl: url }
    return {
      app,
      flashVer: 'LNX 9,0,124,2',
      tcUrl: url,
      fpad: false,
      capabilities: 15,
      audioCodecs: 4071,
      videoCodecs: 252,
      videoFunction: 1,
    }
  }

  #message(type: number, body: Buffer): void {
    switch (type) {
      case MessageType.audio:
      case MessageType.video:
        this.#goLive()
        this.#events.media(type, body)
        break
      case MessageType.setChunkSize:
        this.#reader.chunkSize = body.readUInt32BE() & 0x7fffffff
        break
      case MessageType.windowAckSize:
        this.#ackWindow = body.readUInt32BE()
        break
      case MessageType.userControl:
        this.#answerPing(body)
        break
      case MessageType.commandAmf0:
        this.#answer(decodeAmf(body))
        break
      case MessageType.commandAmf3:
        this.#answer(decodeAmf(body.subarray(1)))
        break
    }
  }

  /** PingRequest (6) wants its time back in a PingResponse (7). */
  #answerPing(body: Buffer): void {
    if (body.length < 6 || body.readUInt16BE() !== 6) return
    const pong = Buffer.from(body.subarray(0, 6))
    pong.writeUInt16BE(7)
    this.#userControl(pong)
  }

  #answer([name, transaction, first, second]: readonly AmfValue[]): void {
    if (name === '_error') this.#events.failed('the server answered _error')
    else if (name === '_result' && transaction === TRANSACTION.connect) this.#createStream()
    else if (name === '_result' && transaction === TRANSACTION.createStream) this.#start(Number(second ?? 1))
    else if (name === 'onStatus') this.#status(statusCode(second ?? first))
  }

  #createStream(): void {
    const { intent, name } = this.#target
    if (intent === 'publish') {
      this.#command(3, 0, 'releaseStream', TRANSACTION.releaseStream, null, name)
      this.#command(3, 0, 'FCPublish', TRANSACTION.fcPublish, null, name)
    } else {
      this.#events.write(this.#writer.encode(control(MessageType.windowAckSize, WINDOW_ACK_SIZE)))
    }
    this.#command(3, 0, 'createStream', TRANSACTION.createStream, null)
  }

  #start(messageStreamId: number): void {
    const { intent, name } = this.#target
    this.#messageStreamId = messageStreamId
    if (intent === 'publish') return this.#command(4, messageStreamId, 'publish', TRANSACTION.start, null, name, 'live')
    this.#command(8, messageStreamId, 'play', TRANSACTION.start, null, name, -2000)
    const bufferLength = Buffer.alloc(10)
    bufferLength.writeUInt16BE(3)
    bufferLength.writeUInt32BE(messageStreamId, 2)
    bufferLength.writeUInt32BE(BUFFER_LENGTH_MS, 6)
    this.#userControl(bufferLength)
  }

  #status(code: string): void {
    if (code === 'NetStream.Publish.Start' || code === 'NetStream.Play.Start') this.#goLive()
    else if (!this.#isLive && REFUSAL.test(code)) this.#events.failed(code)
  }

  #goLive(): void {
    if (this.#isLive) return
    this.#isLive = true
    this.#events.live()
  }

  #userControl(body: Buffer): void {
    const message = { chunkStreamId: 2, type: MessageType.userControl, messageStreamId: 0, timestamp: 0, body }
    this.#events.write(this.#writer.encode(message))
  }

  #command(chunkStreamId: number, messageStreamId: number, ...values: readonly AmfValue[]): void {
    const body = encodeAmf(...values)
    const message = { chunkStreamId, type: MessageType.commandAmf0, messageStreamId, timestamp: 0, body }
    this.#events.write(this.#writer.encode(message))
  }

  #encode(type: number, timestamp: number, body: Uint8Array): Buffer {
    const chunkStreamId = type === MessageType.video ? 6 : 4
    return this.#writer.encode({ chunkStreamId, type, messageStreamId: this.#messageStreamId, timestamp, body })
  }
}

function statusCode(info: AmfValue): string {
  if (typeof info !== 'object' || info === null || !('code' in info)) return ''
  return typeof info.code === 'string' ? info.code : ''
}
