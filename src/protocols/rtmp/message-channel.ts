import type { Bytes } from '../../core/units.ts'
import { ChunkReader, type ChunkReaderLimits } from './chunk-reader.ts'
import { ChunkWriter } from './chunk-writer.ts'
import type { HandshakeStep } from './handshake.ts'
import { type Message, messageType } from './message.ts'
import {
  acknowledgement,
  decodeAcknowledgement,
  decodeSetPeerBandwidth,
  decodeWindowAcknowledgementSize,
  setChunkSize,
  windowAcknowledgementSize,
} from './protocol-control.ts'
import { ReceiveWindow } from './receive-window.ts'
import { decodeUserControl, userControl } from './user-control.ts'

export type ChannelLimits = ChunkReaderLimits & {
  /** Chunk size of what we send. */
  readonly chunkSize: Bytes
  /** Acknowledgement window that we announce; 0 announces none. */
  readonly windowSize: Bytes
  /** Acknowledgement window of peers that announce none; 0 acknowledges nothing to them. */
  readonly assumedWindowSize: Bytes
}

/** Either side of the handshake. */
export type Handshake = {
  readonly isDone: boolean
  receive(bytes: Uint8Array): HandshakeStep
}

/** What a channel asks of the session above it. Called synchronously, from within `receive`. */
export interface MessageChannelHandler {
  /** Bytes for the peer, in order; taken over. */
  send(bytes: Uint8Array): void
  onHandshakeDone(): void
  /** Every message that the channel does not deal with itself. */
  onMessage(message: Message): void
}

/**
 * The lower half of a session, the same for client and server: handshake, chunks, acknowledgements and pings. What is
 * above it sees whole messages.
 *
 * @see RTMP 1.0 §5
 */
export class MessageChannel {
  readonly #handler: MessageChannelHandler
  readonly #reader: ChunkReader
  readonly #writer: ChunkWriter
  readonly #window: ReceiveWindow
  #handshake: Handshake | undefined
  #announcedWindow: Bytes
  #bytesAcknowledged: Bytes = 0

  constructor(limits: ChannelLimits, handshake: Handshake, handler: MessageChannelHandler) {
    this.#handler = handler
    this.#handshake = handshake
    this.#reader = new ChunkReader(limits, message => this.#onMessage(message))
    this.#writer = new ChunkWriter()
    this.#window = new ReceiveWindow(limits.assumedWindowSize)
    this.#announcedWindow = limits.windowSize
  }

  /** All bytes that the peer has sent. */
  get bytesReceived(): Bytes {
    return this.#window.received
  }

  /** What the peer says that it has received, modulo 2^32. */
  get bytesAcknowledged(): Bytes {
    return this.#bytesAcknowledged
  }

  /** Memory taken by unfinished messages. */
  get bytesBuffered(): Bytes {
    return this.#reader.bufferedBytes
  }

  /** Chunk size of what we send. */
  get chunkSize(): Bytes {
    return this.#writer.chunkSize
  }

  /**
   * Take over what the peer has sent.
   *
   * @throws {ProtocolError} If the peer breaks the protocol; the channel cannot go on then.
   */
  receive(bytes: Uint8Array): void {
    const sequenceNumber = this.#window.count(bytes.length)
    const chunks = this.#handshake === undefined ? bytes : this.#shakeHands(this.#handshake, bytes)
    if (chunks.length > 0) this.#reader.receive(chunks)
    if (sequenceNumber !== undefined && this.#handshake === undefined) this.send(acknowledgement(sequenceNumber))
  }

  send(...messages: readonly Message[]): void {
    this.#handler.send(this.#writer.encode(messages))
  }

  /** Window of this peer as long as it announces none; 0 acknowledges nothing. */
  assumeWindow(size: Bytes): void {
    this.#window.assume(size)
  }

  /** Send in chunks of `size` from now on, and announce `windowSize`, each where it differs from what the peer knows. */
  adjust(size: Bytes, windowSize: Bytes): void {
    if (windowSize > 0 && windowSize !== this.#announcedWindow) {
      this.#announcedWindow = windowSize
      this.send(windowAcknowledgementSize(windowSize))
    }
    if (size !== this.chunkSize) this.send(setChunkSize(size))
  }

  #shakeHands(handshake: Handshake, bytes: Uint8Array): Uint8Array {
    const { consumed, reply } = handshake.receive(bytes)
    if (reply !== undefined) this.#handler.send(reply)
    if (handshake.isDone) {
      this.#handshake = undefined
      this.#handler.onHandshakeDone()
    }
    return bytes.subarray(consumed)
  }

  #onMessage(message: Message): void {
    switch (message.type) {
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
        this.#handler.onMessage(message)
    }
  }

  #onUserControl(body: Uint8Array): void {
    const event = decodeUserControl(body)
    if (event?.type === 'pingRequest') this.send(userControl({ type: 'pingResponse', timestamp: event.timestamp }))
  }

  #onSetPeerBandwidth(size: Bytes): void {
    if (size === this.#announcedWindow) return
    this.#announcedWindow = size
    this.send(windowAcknowledgementSize(size))
  }
}
