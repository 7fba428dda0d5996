import { randomBytes } from 'node:crypto'
import { ProtocolError } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'
import { type Command, decodeCommand } from './command.ts'
import { bandwidthCheckDone, connectRejected, connectSucceeded, reconnectRequest, result } from './connection-reply.ts'
import { type RandomBytes, ServerHandshake } from './handshake.ts'
import { deliverMedia, isMedia, type MediaHandler } from './media-message.ts'
import { type Message, messageType } from './message.ts'
import { type ChannelLimits, MessageChannel } from './message-channel.ts'
import { MessageStreams, type MessageStreamsHandler } from './message-streams.ts'
import { type ConnectRequest, connectRequest, type PlayRequest, type PublishRequest } from './peer-request.ts'
import { bandwidthLimit, setChunkSize, setPeerBandwidth, windowAcknowledgementSize } from './protocol-control.ts'
import { type ConnectionState, stepConnection } from './session-state.ts'
import type { StatusCode } from './status.ts'

export type { ConnectRequest, PlayRequest, PublishRequest, StatusCode }

export type SessionLimits = ChannelLimits

/** Told to peers that get no window: FFmpeg and OBS wait for nothing, but Flash players did. */
const usualBandwidth: Bytes = 2_500_000

/** What a session asks of its owner. Called synchronously, from within `receive` or one of the answers. */
export interface ServerSessionHandler extends MessageStreamsHandler, MediaHandler {
  /** Bytes for the peer, in order; taken over. */
  send(bytes: Uint8Array): void
  onHandshakeDone(): void
  /** Answer with `acceptConnect` or `rejectConnect`, now or later. */
  onConnect(request: ConnectRequest): void
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
  readonly #channel: MessageChannel
  readonly #streams: MessageStreams
  #connection: ConnectionState = { phase: 'handshaking' }
  #canReconnect = false
  #messagesIgnored = 0

  constructor(limits: SessionLimits, handler: ServerSessionHandler, random: RandomBytes = randomBytes) {
    this.#limits = limits
    this.#handler = handler
    this.#channel = new MessageChannel(limits, new ServerHandshake(random), {
      send: bytes => handler.send(bytes),
      onHandshakeDone: () => {
        this.#connection = stepConnection(this.#connection, { type: 'handshakeDone' })
        handler.onHandshakeDone()
      },
      onMessage: message => this.#onMessage(message),
    })
    this.#streams = new MessageStreams(handler, messages => this.#channel.send(...messages))
  }

  get facts(): SessionFacts {
    const { bytesReceived, bytesAcknowledged, bytesBuffered, chunkSize } = this.#channel
    return {
      phase: this.#connection.phase,
      ...{ bytesReceived, bytesAcknowledged, bytesBuffered, chunkSize },
      messagesIgnored: this.#messagesIgnored,
    }
  }

  /**
   * Take over what the peer has sent.
   *
   * @throws {ProtocolError} If the peer breaks the protocol; the session cannot go on then.
   */
  receive(bytes: Uint8Array): void {
    this.#channel.receive(bytes)
  }

  acceptConnect(): void {
    if (this.#connection.phase !== 'connecting') return
    const { transactionId, objectEncoding } = this.#connection
    this.#connection = stepConnection(this.#connection, { type: 'accept' })
    const { windowSize, chunkSize } = this.#limits
    this.#channel.send(
      ...(windowSize > 0 ? [windowAcknowledgementSize(windowSize)] : []),
      setPeerBandwidth(windowSize > 0 ? windowSize : usualBandwidth, bandwidthLimit.dynamic),
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
    this.#channel.send(connectRejected(transactionId, description))
  }

  /** Window of this peer as long as it announces none; 0 acknowledges nothing. */
  assumeWindow(size: Bytes): void {
    this.#channel.assumeWindow(size)
  }

  /** Send in chunks of `chunkSize` from now on, and announce `windowSize`, each where it differs from what was told. */
  adjust(chunkSize: Bytes, windowSize: Bytes): void {
    this.#channel.adjust(chunkSize, windowSize)
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

  /** End a play from our side, because the peer could not make anything of what comes. */
  fail(streamId: number, description: string): void {
    this.#streams.fail(streamId, description)
  }

  /**
   * Ask the peer to connect anew and leave this connection. Its streams go on until it does.
   *
   * @param tcUrl Where to; `undefined` for where it is.
   * @returns False if the peer has not said that it can.
   */
  requestReconnect(tcUrl: string | undefined, description: string): boolean {
    if (this.#connection.phase !== 'connected' || !this.#canReconnect) return false
    this.#channel.send(reconnectRequest(tcUrl, description))
    return true
  }

  #onMessage(message: Message): void {
    if (this.#connection.phase === 'rejected') return
    const { type, streamId, payload } = message
    if (isMedia(message)) this.#onMedia(message)
    else if (type === messageType.commandAmf0 || type === messageType.commandAmf3) {
      this.#onCommand(streamId, decodeCommand(type, payload))
    } else this.#messagesIgnored++
  }

  /** Media counts only while its stream publishes. */
  #onMedia(message: Message): void {
    if (!this.#streams.isPublishing(message.streamId)) this.#messagesIgnored++
    else this.#messagesIgnored += deliverMedia(message, this.#handler)
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
    this.#canReconnect = request.enhanced.canReconnect
    this.#handler.onConnect(request)
  }

  /**
   * releaseStream, FCPublish, _checkbw and whatever else peers call get an empty result, as SRS gives it: FFmpeg ends
   * the session when one of its calls is answered by an error.
   */
  #answerCall(name: string, transactionId: number): void {
    if (name === '_result' || name === '_error') return
    this.#channel.send(result(transactionId, null, name === 'getStreamLength' ? 0 : undefined))
  }
}
