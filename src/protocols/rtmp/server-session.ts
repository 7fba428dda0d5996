import { randomBytes } from 'node:crypto'
import { ProtocolError } from '../../core/errors.ts'
import type { Bytes, Milliseconds } from '../../core/units.ts'
import type { TagType } from '../../formats/flv/tag-header.ts'
import { splitAggregate } from './aggregate.ts'
import { ChunkReader, type ChunkReaderLimits } from './chunk-reader.ts'
import { ChunkWriter } from './chunk-writer.ts'
import { type Command, decodeCommand } from './command.ts'
import { bandwidthCheckDone, connectRejected, connectSucceeded, result } from './connection-reply.ts'
import { dataMessageBody } from './data-message.ts'
import { type RandomBytes, ServerHandshake } from './handshake.ts'
import { type Message, messageType } from './message.ts'
import { MessageStreams, type MessageStreamsHandler } from './message-streams.ts'
import { type ConnectRequest, connectRequest, type PlayRequest, type PublishRequest } from './peer-request.ts'
import {
  acknowledgement,
  bandwidthLimit,
  decodeAcknowledgement,
  decodeSetPeerBandwidth,
  decodeWindowAcknowledgementSize,
  setChunkSize,
  setPeerBandwidth,
  windowAcknowledgementSize,
} from './protocol-control.ts'
import { ReceiveWindow } from './receive-window.ts'
import { type ConnectionState, stepConnection } from './session-state.ts'
import type { StatusCode } from './status.ts'
import { decodeUserControl, userControl } from './user-control.ts'

export type { ConnectRequest, PlayRequest, PublishRequest, StatusCode }

export type SessionLimits = ChunkReaderLimits & {
  /** Chunk size of what we send. */
  readonly chunkSize: Bytes
  /** Acknowledgement window that we announce, and that holds for peers which announce none. */
  readonly windowSize: Bytes
}

/** What a session asks of its owner. Called synchronously, from within `receive` or one of the answers. */
export interface ServerSessionHandler extends MessageStreamsHandler {
  /** Bytes for the peer, in order; taken over. */
  send(bytes: Uint8Array): void
  /** Answer with `acceptConnect` or `rejectConnect`, now or later. */
  onConnect(request: ConnectRequest): void
  /** `timestamp` is milliseconds modulo 2^32. `payload` is taken over. Only while the stream publishes. */
  onMedia(streamId: number, type: TagType, timestamp: number, payload: Uint8Array): void
}

/** Live facts about a connection. */
export type SessionFacts = {
  readonly phase: ConnectionState['phase']
  readonly bytesReceived: Bytes
  /** What the peer says that it has received, modulo 2^32. */
  readonly bytesAcknowledged: Bytes
  /** Memory taken by unfinished messages. */
  readonly bytesBuffered: Bytes
  /** Chunk size of what we send. */
  readonly chunkSize: Bytes
  /** Messages of unknown types, and media on streams that do not publish. */
  readonly messagesIgnored: number
  /** The timestamp that the peer's newest answer to a ping repeats. */
  readonly lastPong: Milliseconds | undefined
}

/**
 * The server's side of one RTMP connection, without I/O: bytes in, bytes and requests out.
 *
 * Each message stream publishes or plays by itself, so one connection can do both. A call about a stream that the peer
 * has closed meanwhile does nothing.
 *
 * @see RTMP 1.0 §7.2
 */
export class ServerSession {
  readonly #limits: SessionLimits
  readonly #handler: ServerSessionHandler
  readonly #reader: ChunkReader
  readonly #writer: ChunkWriter
  readonly #window: ReceiveWindow
  readonly #streams: MessageStreams
  #handshake: ServerHandshake | undefined
  #connection: ConnectionState = { phase: 'handshaking' }
  #announcedWindow: Bytes
  #bytesAcknowledged: Bytes = 0
  #messagesIgnored = 0
  #lastPong: Milliseconds | undefined

  constructor(limits: SessionLimits, handler: ServerSessionHandler, random: RandomBytes = randomBytes) {
    this.#limits = limits
    this.#handler = handler
    this.#handshake = new ServerHandshake(random)
    this.#reader = new ChunkReader(limits, message => this.#onMessage(message))
    this.#writer = new ChunkWriter(limits.chunkSize)
    this.#window = new ReceiveWindow(limits.windowSize)
    this.#streams = new MessageStreams(handler, messages => this.#send(...messages))
    this.#announcedWindow = limits.windowSize
  }

  get facts(): SessionFacts {
    return {
      phase: this.#connection.phase,
      bytesReceived: this.#window.received,
      bytesAcknowledged: this.#bytesAcknowledged,
      bytesBuffered: this.#reader.bufferedBytes,
      chunkSize: this.#writer.chunkSize,
      messagesIgnored: this.#messagesIgnored,
      lastPong: this.#lastPong,
    }
  }

  /**
   * Take over what the peer has sent.
   *
   * @throws {ProtocolError} If the peer breaks the protocol; the session cannot go on then.
   */
  receive(bytes: Uint8Array): void {
    const sequenceNumber = this.#window.count(bytes.length)
    const chunks = this.#handshake === undefined ? bytes : this.#shakeHands(this.#handshake, bytes)
    if (chunks.length > 0) this.#reader.receive(chunks)
    if (sequenceNumber !== undefined && this.#handshake === undefined) this.#send(acknowledgement(sequenceNumber))
  }

  acceptConnect(): void {
    if (this.#connection.phase !== 'connecting') return
    const { transactionId, objectEncoding } = this.#connection
    this.#connection = stepConnection(this.#connection, { type: 'accept' })
    const { windowSize, chunkSize } = this.#limits
    this.#send(
      windowAcknowledgementSize(windowSize),
      setPeerBandwidth(windowSize, bandwidthLimit.dynamic),
      setChunkSize(chunkSize),
      connectSucceeded(transactionId, objectEncoding),
      bandwidthCheckDone(),
    )
  }

  /** Whatever the peer still sends is ignored. */
  rejectConnect(description: string): void {
    if (this.#connection.phase !== 'connecting') return
    const { transactionId } = this.#connection
    this.#connection = stepConnection(this.#connection, { type: 'reject' })
    this.#send(connectRejected(transactionId, description))
  }

  acceptPublish(streamId: number): void {
    this.#streams.acceptPublish(streamId)
  }

  acceptPlay(streamId: number): void {
    this.#streams.acceptPlay(streamId)
  }

  /** Say no to a publish or play. The connection and its other streams go on. */
  refuse(streamId: number, code: StatusCode, description: string): void {
    this.#streams.refuse(streamId, code, description)
  }

  /** Tell a player that its publisher has left and may come back. */
  notifyPublisherAway(streamId: number): void {
    this.#streams.notifyPublisherAway(streamId)
  }

  /** Tell a player that its publisher is back. */
  notifyPublisherBack(streamId: number): void {
    this.#streams.notifyPublisherBack(streamId)
  }

  /** End a stream from our side. */
  stop(streamId: number): void {
    this.#streams.stop(streamId)
  }

  /** Ask the peer whether it is there; `facts.lastPong` says what it answered. */
  ping(timestamp: Milliseconds): void {
    this.#send(userControl({ type: 'pingRequest', timestamp: timestamp >>> 0 }))
  }

  #shakeHands(handshake: ServerHandshake, bytes: Uint8Array): Uint8Array {
    const { consumed, reply } = handshake.receive(bytes)
    if (reply !== undefined) this.#handler.send(reply)
    if (handshake.isDone) {
      this.#handshake = undefined
      this.#connection = stepConnection(this.#connection, { type: 'handshakeDone' })
    }
    return bytes.subarray(consumed)
  }

  #onMessage(message: Message): void {
    if (this.#connection.phase === 'rejected') return
    switch (message.type) {
      case messageType.audio:
      case messageType.video:
      case messageType.dataAmf0:
      case messageType.dataAmf3:
      case messageType.aggregate:
        return this.#onMedia(message)
      case messageType.commandAmf0:
      case messageType.commandAmf3:
        return this.#onCommand(message.streamId, decodeCommand(message.type, message.payload))
      case messageType.userControl:
        return this.#onUserControl(message.payload)
      case messageType.acknowledgement:
        this.#bytesAcknowledged = decodeAcknowledgement(message.payload)
        return
      case messageType.windowAcknowledgementSize:
        return this.#window.resize(decodeWindowAcknowledgementSize(message.payload))
      case messageType.setPeerBandwidth:
        return this.#onSetPeerBandwidth(decodeSetPeerBandwidth(message.payload))
      default:
        this.#messagesIgnored++
    }
  }

  #onMedia(message: Message): void {
    const { type, streamId, timestamp, payload } = message
    if (!this.#streams.isPublishing(streamId)) this.#messagesIgnored++
    else if (type === messageType.audio || type === messageType.video) {
      this.#handler.onMedia(streamId, type, timestamp, payload)
    } else if (type === messageType.aggregate) this.#onAggregate(message)
    else {
      const body = dataMessageBody(message)
      if (body !== undefined) this.#handler.onMedia(streamId, messageType.dataAmf0, timestamp, body)
    }
  }

  #onAggregate(aggregate: Message): void {
    for (const message of splitAggregate(aggregate)) {
      const { type } = message
      const isMedia = type === messageType.audio || type === messageType.video || type === messageType.dataAmf0
      if (isMedia) this.#onMedia(message)
      else this.#messagesIgnored++
    }
  }

  #onUserControl(body: Uint8Array): void {
    const event = decodeUserControl(body)
    if (event?.type === 'pingRequest') this.#send(userControl({ type: 'pingResponse', timestamp: event.timestamp }))
    if (event?.type === 'pingResponse') this.#lastPong = event.timestamp
  }

  #onSetPeerBandwidth(size: Bytes): void {
    if (size === this.#announcedWindow) return
    this.#announcedWindow = size
    this.#send(windowAcknowledgementSize(size))
  }

  #onCommand(streamId: number, command: Command): void {
    const { name, transactionId } = command
    if (name === 'connect') return this.#onConnect(command)
    const { phase } = this.#connection
    if (phase !== 'connected') {
      const quoted = JSON.stringify(name.slice(0, 32))
      throw new ProtocolError('rtmp', 'unexpected', `Cannot handle RTMP command ${quoted} while ${phase}`)
    }
    if (this.#streams.receive(streamId, command)) return
    if (transactionId !== 0) this.#answerCall(name, transactionId)
  }

  #onConnect(command: Command): void {
    const request = connectRequest(command)
    const { transactionId } = command
    const event = { type: 'connect', transactionId, objectEncoding: request.objectEncoding } as const
    this.#connection = stepConnection(this.#connection, event)
    this.#handler.onConnect(request)
  }

  /**
   * releaseStream, FCPublish, _checkbw and whatever else peers call get an empty result, as SRS gives it: FFmpeg ends
   * the session when one of its calls is answered by an error.
   */
  #answerCall(name: string, transactionId: number): void {
    if (name === '_result' || name === '_error') return
    this.#send(result(transactionId, null, name === 'getStreamLength' ? 0 : undefined))
  }

  #send(...messages: readonly Message[]): void {
    this.#handler.send(this.#writer.encode(messages))
  }
}
