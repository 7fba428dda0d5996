import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type AmfObject, type AmfValue, namedValues } from '../../src/formats/amf/amf-value.ts'
import { decodeAmf0Values } from '../../src/formats/amf/decode-amf0.ts'
import { ChunkReader } from '../../src/protocols/rtmp/chunk-reader.ts'
import { ChunkWriter } from '../../src/protocols/rtmp/chunk-writer.ts'
import { commandMessage } from '../../src/protocols/rtmp/command.ts'
import type { Message } from '../../src/protocols/rtmp/message.ts'
import { setChunkSize } from '../../src/protocols/rtmp/protocol-control.ts'

const handshakeSize = 1536
const chunkSize = 60_000
const limits = { maxMessageSize: 16_777_215, maxBufferedSize: 64_000_000, maxChunkStreams: 64 }

/** An RTMP client that does what the test says, right or wrong, over a real socket. */
export class RtmpClient implements AsyncDisposable {
  /** Address of this end, as the server's log has it. */
  readonly peer: string
  /** All messages that came so far. */
  readonly messages: Message[] = []
  isClosed = false
  readonly #socket: Socket
  readonly #reader = new ChunkReader(limits, message => this.messages.push(message))
  readonly #writer = new ChunkWriter()
  readonly #closed = Promise.withResolvers<void>()
  readonly #watchers = new Set<() => void>()
  /** Bytes of S0, S1 and S2 that have still to come. */
  #handshakeLeft = 1 + 2 * handshakeSize
  #lastTransaction = 0

  private constructor(socket: Socket) {
    this.#socket = socket
    this.peer = `${socket.localAddress}:${socket.localPort}`
    socket.on('data', bytes => this.#receive(bytes))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.isClosed = true
      this.#closed.resolve()
      this.#tell()
    })
  }

  /** A connection on which nothing has been said. */
  static async open(port: number): Promise<RtmpClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    return new RtmpClient(socket)
  }

  /** A connection with the handshake done. */
  static async shakenHands(port: number): Promise<RtmpClient> {
    const client = await RtmpClient.open(port)
    client.send(Buffer.alloc(1 + 2 * handshakeSize).fill(3, 0, 1))
    client.message(setChunkSize(chunkSize))
    return client
  }

  /** A connection that has connected to the application `app`, and said `fields` of itself besides. */
  static async connected(port: number, app = 'live', fields: AmfObject = {}): Promise<RtmpClient> {
    const client = await RtmpClient.shakenHands(port)
    await client.call('connect', { app, tcUrl: `rtmp://127.0.0.1/${app}`, flashVer: 'test', ...fields })
    return client
  }

  /** What the server has announced, and must hold: its messages are read by it. */
  get serverChunkSize(): number {
    return this.#reader.chunkSize
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes)
  }

  message(message: Message): void {
    this.send(this.#writer.encode([message]))
  }

  /** Send a command that wants no answer, or whose answer is an onStatus. */
  command(streamId: number, name: string, ...args: readonly AmfValue[]): void {
    this.message(commandMessage(streamId, { name, transactionId: 0, args }))
  }

  /** Call, and wait for what the answer carries. */
  async call(name: string, ...args: readonly AmfValue[]): Promise<AmfValue> {
    const transactionId = ++this.#lastTransaction
    this.message(commandMessage(0, { name, transactionId, args }))
    const answer = await this.#find(
      message => isCommand(message) && decodeAmf0Values(message.payload)[1] === transactionId,
    )
    return decodeAmf0Values(answer.payload)[3]
  }

  /** Returns the id of the new message stream. */
  async createStream(): Promise<number> {
    return Number(await this.call('createStream', null))
  }

  /** Publish `key` on a new message stream and return its id. */
  async publish(key: string): Promise<number> {
    const streamId = await this.createStream()
    this.command(streamId, 'publish', null, key, 'live')
    await this.status('NetStream.Publish.Start')
    return streamId
  }

  /** Play `key` on a new message stream and return its id. */
  async play(key: string): Promise<number> {
    const streamId = await this.createStream()
    this.command(streamId, 'play', null, key)
    await this.#find(message => message.streamId === streamId && statusOf(message) === 'NetStream.Play.Start')
    return streamId
  }

  /** Codes of all onStatus messages so far. */
  get statuses(): readonly string[] {
    return this.messages.map(statusOf).filter(code => code !== undefined)
  }

  /** What the newest onStatus message with `code` says. */
  info(code: string): AmfObject | undefined {
    const message = this.messages.findLast(candidate => statusOf(candidate) === code)
    return message && namedValues(decodeAmf0Values(message.payload)[3])
  }

  async status(code: string): Promise<void> {
    await this.#find(message => statusOf(message) === code)
  }

  /** Audio and video that came over one message stream. */
  mediaOf(streamId: number): readonly Message[] {
    return this.messages.filter(message => message.streamId === streamId && (message.type === 8 || message.type === 9))
  }

  /** Stop reading, or go on. */
  setReading(isReading: boolean): void {
    if (isReading) this.#socket.resume()
    else this.#socket.pause()
  }

  /** End the connection with a TCP reset. */
  reset(): void {
    this.#socket.resetAndDestroy()
  }

  /** Send our last word and go on reading. */
  end(): void {
    this.#socket.end()
  }

  /** Wait until the kernel has taken all that was sent, or the connection has ended. */
  async sent(): Promise<void> {
    if (!this.isClosed) await new Promise<void>(resolve => this.#socket.write('', () => setImmediate(resolve)))
  }

  async closed(): Promise<void> {
    await this.#closed.promise
  }

  /** Wait for what messages or the end of the connection bring about. @throws {Error} If the connection ends before. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.isClosed) throw new Error(`Cannot wait any longer: connection closed after ${this.statuses.join(', ')}`)
      await new Promise<void>(resolve => this.#watchers.add(resolve))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy()
    await this.closed()
  }

  async #find(isIt: (message: Message) => boolean): Promise<Message> {
    await this.until(() => this.messages.some(isIt))
    return this.messages.find(isIt) as Message
  }

  #receive(bytes: Uint8Array): void {
    const handshake = Math.min(this.#handshakeLeft, bytes.length)
    this.#handshakeLeft -= handshake
    if (handshake < bytes.length) this.#reader.receive(bytes.subarray(handshake))
    this.#tell()
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher()
    this.#watchers.clear()
  }
}

function isCommand({ type }: Message): boolean {
  return type === 20
}

function statusOf(message: Message): string | undefined {
  if (!isCommand(message)) return undefined
  const [name, , , info] = decodeAmf0Values(message.payload)
  const code = namedValues(info)?.['code']
  return name === 'onStatus' && typeof code === 'string' ? code : undefined
}
