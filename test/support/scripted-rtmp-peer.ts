import { type AmfValue, namedValues } from '../../src/formats/amf/amf-value.ts'
import { decodeAmf0Values } from '../../src/formats/amf/decode-amf0.ts'
import { ChunkReader } from '../../src/protocols/rtmp/chunk-reader.ts'
import { ChunkWriter } from '../../src/protocols/rtmp/chunk-writer.ts'
import { commandMessage } from '../../src/protocols/rtmp/command.ts'
import type { Message } from '../../src/protocols/rtmp/message.ts'
import { ServerSession, type ServerSessionHandler } from '../../src/protocols/rtmp/server-session.ts'

export const limits = {
  chunkSize: 60_000,
  windowSize: 2_500_000,
  assumedWindowSize: 2_500_000,
  maxMessageSize: 1_000_000,
  maxBufferedSize: 2_000_000,
  maxChunkStreams: 64,
}

/**
 * A peer and the owner of its session in one. Says yes to everything, and writes down what happens.
 */
export class ScriptedPeer implements ServerSessionHandler {
  readonly session: ServerSession
  /** What the session asked of its owner. */
  readonly events: unknown[][] = []
  /** What the session sent behind the handshake, in words. */
  sent: unknown[][] = []
  verdict: 'accept' | 'refuse' | 'later' = 'accept'
  readonly #reader = new ChunkReader(limits, message => this.sent.push(inWords(message)))
  readonly #writer = new ChunkWriter()
  #isFirstReply = true

  constructor(sessionLimits = limits) {
    this.session = new ServerSession(sessionLimits, this, size => new Uint8Array(size))
  }

  /** A peer that has connected to the application `app`. */
  static connected(app = 'live', sessionLimits = limits): ScriptedPeer {
    const peer = new ScriptedPeer(sessionLimits)
    peer.shakeHands()
    peer.call('connect', 1, { app, tcUrl: `rtmp://host/${app}`, flashVer: 'test', objectEncoding: 3 })
    return peer
  }

  /** A peer that has created one message stream, of the id 1. */
  static withStream(): ScriptedPeer {
    const peer = ScriptedPeer.connected()
    peer.call('createStream', 2, null)
    peer.sent = []
    return peer
  }

  shakeHands(): void {
    const bytes = new Uint8Array(1 + 2 * 1536)
    bytes[0] = 3
    this.session.receive(bytes)
  }

  call(name: string, transactionId: number, ...args: readonly AmfValue[]): void {
    this.callOn(0, name, transactionId, ...args)
  }

  callOn(streamId: number, name: string, transactionId: number, ...args: readonly AmfValue[]): void {
    this.message(commandMessage(streamId, { name, transactionId, args }))
  }

  message(message: Message): void {
    this.session.receive(this.#writer.encode([message]))
  }

  send(bytes: Uint8Array): void {
    if (this.#isFirstReply) this.#isFirstReply = false
    else this.#reader.receive(bytes)
  }

  onHandshakeDone(): void {}

  onConnect({ app, query, objectEncoding }: Parameters<ServerSessionHandler['onConnect']>[0]): void {
    this.events.push(['connect', app, query, objectEncoding])
    if (this.verdict === 'accept') this.session.acceptConnect()
    if (this.verdict === 'refuse') this.session.rejectConnect('No')
  }

  onPublish({ streamId, name, query, type }: Parameters<ServerSessionHandler['onPublish']>[0]): void {
    this.events.push(['publish', streamId, name, query, type])
    if (this.verdict === 'accept') this.session.acceptPublish(streamId)
    if (this.verdict === 'refuse') this.session.refuse(streamId, 'NetStream.Publish.BadName', 'Taken')
  }

  onPlay({ streamId, name, query, start, duration, reset }: Parameters<ServerSessionHandler['onPlay']>[0]): void {
    this.events.push(['play', streamId, name, query, start, duration, reset])
    if (this.verdict === 'accept') this.session.acceptPlay(streamId)
    if (this.verdict === 'refuse') this.session.refuse(streamId, 'NetStream.Play.StreamNotFound', 'Nobody')
  }

  onPause(streamId: number, paused: boolean): void {
    this.events.push(['pause', streamId, paused])
  }

  onStreamClosed(streamId: number): void {
    this.events.push(['closed', streamId])
  }

  onMedia(streamId: number, type: number, timestamp: number, payload: Uint8Array): void {
    this.events.push(['media', streamId, type, timestamp, payload.length])
  }
}

/** A message as a line of a conversation: commands by name, transaction and code or result, others by type and hex. */
function inWords({ type, streamId, payload }: Message): unknown[] {
  if (type === 18) return ['data', streamId, ...decodeAmf0Values(payload)]
  if (type !== 20) return [type, Buffer.from(payload).toString('hex')]
  const [name, transactionId, , info] = decodeAmf0Values(payload)
  const { level, code } = namedValues(info) ?? {}
  if (typeof code !== 'string') return [name, streamId, transactionId, info]
  return [name, streamId, transactionId, typeof level === 'string' ? `${level} ${code}` : code]
}

/** An audio message on message stream `streamId`. */
export function audio(streamId: number): Message {
  return { type: 8, streamId, timestamp: 40, payload: new Uint8Array([0xaf, 1]) }
}
