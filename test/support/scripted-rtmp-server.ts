import { type AmfValue, namedValues } from '../../src/formats/amf/amf-value.ts'
import { decodeAmf0Values } from '../../src/formats/amf/decode-amf0.ts'
import { ChunkReader } from '../../src/protocols/rtmp/chunk-reader.ts'
import { ChunkWriter } from '../../src/protocols/rtmp/chunk-writer.ts'
import { ClientSession, type ClientSessionHandler } from '../../src/protocols/rtmp/client-session.ts'
import type { ClientPurpose, ClientStream } from '../../src/protocols/rtmp/client-stream.ts'
import { commandMessage } from '../../src/protocols/rtmp/command.ts'
import type { Message } from '../../src/protocols/rtmp/message.ts'
import { parseRtmpUrl } from '../../src/protocols/rtmp/rtmp-url.ts'

const limits = {
  chunkSize: 60_000,
  windowSize: 2_500_000,
  assumedWindowSize: 2_500_000,
  maxMessageSize: 1_000_000,
  maxBufferedSize: 2_000_000,
  maxChunkStreams: 64,
}

/**
 * A server that says what the test says, and the owner of the client session that it talks to. Writes down what comes
 * of it.
 */
export class ScriptedServer implements ClientSessionHandler {
  readonly session: ClientSession
  /** What the session told its owner. */
  readonly news: unknown[][] = []
  /** What the session sent behind the handshake, in words. */
  sent: unknown[][] = []
  readonly #reader = new ChunkReader(limits, message => this.sent.push(inWords(message)))
  readonly #writer = new ChunkWriter()
  /** Bytes of C0, C1 and C2 that have still to come. */
  #handshakeLeft = 1 + 2 * 1536

  constructor(url = 'rtmp://host/live/test') {
    this.session = new ClientSession(parseRtmpUrl(url), limits, this, size => new Uint8Array(size))
    this.session.open()
  }

  /** A server that has let the client in; what was said until then is forgotten. */
  static connected(url?: string): ScriptedServer {
    const server = new ScriptedServer(url)
    server.shakeHands()
    server.answer('_result', 1, { fmsVer: 'x' }, { level: 'status', code: 'NetConnection.Connect.Success' })
    server.sent = []
    return server
  }

  /** S0, S1 and S2 without signatures. */
  shakeHands(): void {
    this.session.receive(new Uint8Array(1 + 2 * 1536).fill(3, 0, 1))
  }

  answer(name: '_result' | '_error', transactionId: number, ...args: readonly AmfValue[]): void {
    this.message(commandMessage(0, { name, transactionId, args }))
  }

  status(streamId: number, level: string, code: string, facts: Readonly<Record<string, AmfValue>> = {}): void {
    this.message(
      commandMessage(streamId, { name: 'onStatus', transactionId: 0, args: [null, { level, code, ...facts }] }),
    )
  }

  message(message: Message): void {
    this.session.receive(this.#writer.encode([message]))
  }

  start(purpose: ClientPurpose, name = 'test'): ClientStream {
    return this.session.start(purpose, name, {
      onStart: () => this.news.push(['start']),
      onMedia: (type, timestamp, payload) => this.news.push(['media', type, timestamp, payload.length]),
      onEnd: error => this.news.push(error === undefined ? ['end'] : ['end', error.status, error.message]),
    })
  }

  send(bytes: Uint8Array): void {
    const handshake = Math.min(this.#handshakeLeft, bytes.length)
    this.#handshakeLeft -= handshake
    if (handshake < bytes.length) this.#reader.receive(bytes.subarray(handshake))
  }

  onConnected(): void {
    this.news.push(['connected'])
  }

  onRefused({ status, message }: { readonly status: string; readonly message: string }): void {
    this.news.push(['refused', status, message])
  }

  onReconnectRequest(tcUrl: string | undefined): void {
    this.news.push(['reconnect', tcUrl])
  }
}

/** Commands by message stream, name, transaction and arguments, others by type and hex. */
function inWords({ type, streamId, payload }: Message): unknown[] {
  if (type !== 20) return [type, streamId, Buffer.from(payload).toString('hex')]
  const [name, transactionId, ...args] = decodeAmf0Values(payload)
  return [streamId, name, transactionId, ...args.map(arg => namedValues(arg) ?? arg)]
}
