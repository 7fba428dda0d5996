import { ProtocolError } from '../../core/errors.ts'
import { type Command } from './command.ts'
import { callFailed, result } from './connection-reply.ts'
import type { Message } from './message.ts'
import { number, type PlayRequest, type PublishRequest, playRequest, publishRequest, text } from './peer-request.ts'
import { type StreamEvent, type StreamState, stepStream } from './session-state.ts'
import { onStatus, type StatusCode } from './status.ts'
import {
  paused,
  playEnded,
  playFailed,
  playStarted,
  publishEnded,
  publisherAway,
  publisherReturned,
  publishStarted,
  receiving,
  sought,
  unpaused,
} from './stream-reply.ts'

/** Message streams that one connection may have at a time. */
const maxMessageStreams = 16

/** What the message streams of a connection ask of its owner. */
export interface MessageStreamsHandler {
  /** Answer with `acceptPublish` or `refuse`, now or later. Media that comes before the answer is handed on too. */
  onPublish(request: PublishRequest): void
  /** Answer with `acceptPlay` or `refuse`, now or later. */
  onPlay(request: PlayRequest): void
  /** The peer has been answered already. */
  onPause(streamId: number, paused: boolean): void
  /** A stream that was to publish or play, or did, does so no more, because the peer says so. */
  onStreamClosed(streamId: number): void
}

/**
 * The message streams of one connection: their states, the commands about them, and the answers.
 *
 * A call about a stream that the peer has closed meanwhile does nothing.
 *
 * @see RTMP 1.0 §7.2.2
 */
export class MessageStreams {
  readonly #handler: MessageStreamsHandler
  readonly #send: (messages: readonly Message[]) => void
  readonly #streams = new Map<number, StreamState>()
  #nextStreamId = 1

  constructor(handler: MessageStreamsHandler, send: (messages: readonly Message[]) => void) {
    this.#handler = handler
    this.#send = send
  }

  /** True while the stream publishes, or has asked to and waits for the answer. */
  isPublishing(streamId: number): boolean {
    const phase = this.#streams.get(streamId)?.phase
    return phase === 'publishing' || phase === 'publishRequested'
  }

  acceptPublish(streamId: number): void {
    const stream = this.#streams.get(streamId)
    if (stream?.phase !== 'publishRequested') return
    this.#step(streamId, stream, { type: 'accept' })
    this.#send(publishStarted(streamId, stream.name))
  }

  acceptPlay(streamId: number): void {
    const stream = this.#streams.get(streamId)
    if (stream?.phase !== 'playRequested') return
    this.#step(streamId, stream, { type: 'accept' })
    this.#send(playStarted(streamId, stream.name, stream.isReset))
  }

  refuse(streamId: number, code: StatusCode, description: string): void {
    const stream = this.#streams.get(streamId)
    if (stream?.phase !== 'publishRequested' && stream?.phase !== 'playRequested') return
    this.#step(streamId, stream, { type: 'end' })
    this.#send([onStatus(streamId, code, description, stream.name)])
  }

  notifyPublisherAway(streamId: number): void {
    this.#whilePlaying(streamId, () => this.#send(publisherAway(streamId)))
  }

  notifyPublisherBack(streamId: number): void {
    this.#whilePlaying(streamId, name => this.#send(publisherReturned(streamId, name)))
  }

  stop(streamId: number): void {
    const stream = this.#streams.get(streamId)
    if (stream?.phase !== 'playing' && stream?.phase !== 'publishing') return
    this.#step(streamId, stream, { type: 'end' })
    this.#send(stream.phase === 'playing' ? playEnded(streamId, stream.name) : publishEnded(streamId, stream.name))
  }

  fail(streamId: number, description: string): void {
    const stream = this.#streams.get(streamId)
    if (stream?.phase !== 'playing') return
    this.#step(streamId, stream, { type: 'end' })
    this.#send(playFailed(streamId, description, stream.name))
  }

  /** Act on a command that came over message stream `streamId`. Returns false if it is not about message streams. */
  receive(streamId: number, command: Command): boolean {
    const { name, transactionId, args } = command
    switch (name) {
      case 'createStream':
        this.#create(transactionId)
        return true
      case 'publish':
        this.#publish(publishRequest(streamId, command), text(args[1]))
        return true
      case 'play':
        this.#play(playRequest(streamId, command))
        return true
      case 'pause':
      case 'pauseRaw':
        this.#pause(streamId, args[1] !== false)
        return true
      case 'seek':
        this.#whilePlaying(streamId, playing => this.#send(sought(streamId, playing)))
        return true
      case 'receiveAudio':
      case 'receiveVideo':
        if (args[1] !== false) this.#whilePlaying(streamId, playing => this.#send(receiving(streamId, playing)))
        return true
      case 'closeStream':
        this.#close(streamId)
        return true
      case 'deleteStream':
        this.#delete(number(args[1], streamId))
        return true
      case 'FCUnpublish':
        this.#unpublish(text(args[1]))
        if (transactionId !== 0) this.#send([result(transactionId, null, undefined)])
        return true
      default:
        return false
    }
  }

  #create(transactionId: number): void {
    if (this.#streams.size >= maxMessageStreams) {
      return this.#send([callFailed(transactionId, `A connection may have ${maxMessageStreams} streams`)])
    }
    const streamId = this.#nextStreamId++
    this.#streams.set(streamId, { phase: 'idle' })
    this.#send([result(transactionId, null, streamId)])
  }

  #publish(request: PublishRequest, rawName: string): void {
    const idle = this.#end(request.streamId, 'publish')
    this.#step(request.streamId, idle, { type: 'publish', rawName, name: request.name })
    this.#handler.onPublish(request)
  }

  #play(request: PlayRequest): void {
    const idle = this.#end(request.streamId, 'play')
    this.#step(request.streamId, idle, { type: 'play', name: request.name, isReset: request.reset })
    this.#handler.onPlay(request)
  }

  #pause(streamId: number, isPaused: boolean): void {
    const stream = this.#streams.get(streamId)
    if (stream?.phase !== 'playing') return
    this.#step(streamId, stream, { type: 'pause', isPaused })
    this.#send(isPaused ? paused(streamId, stream.name) : unpaused(streamId, stream.name))
    this.#handler.onPause(streamId, isPaused)
  }

  #close(streamId: number): void {
    const stream = this.#streams.get(streamId)
    if (stream === undefined) return
    this.#end(streamId, 'closeStream')
    if (stream.phase === 'publishing') this.#send(publishEnded(streamId, stream.name))
  }

  #delete(streamId: number): void {
    if (!this.#streams.has(streamId)) return
    this.#end(streamId, 'deleteStream')
    this.#streams.delete(streamId)
  }

  /** FCUnpublish comes over message stream 0 and says which stream by its name. */
  #unpublish(rawName: string): void {
    for (const [streamId, stream] of this.#streams) {
      const isMeant = stream.phase === 'publishing' || stream.phase === 'publishRequested'
      if (isMeant && stream.rawName === rawName) this.#close(streamId)
    }
  }

  #whilePlaying(streamId: number, act: (name: string) => void): void {
    const stream = this.#streams.get(streamId)
    if (stream?.phase === 'playing') act(stream.name)
  }

  /** Make a stream idle, whatever it does. */
  #end(streamId: number, command: string): StreamState {
    const stream = this.#streams.get(streamId)
    if (stream === undefined) {
      const message = `Cannot handle RTMP "${command}": its message stream must have been created, is ${streamId}`
      throw new ProtocolError('rtmp', 'unexpected', message)
    }
    if (stream.phase === 'idle') return stream
    const idle = this.#step(streamId, stream, { type: 'end' })
    this.#handler.onStreamClosed(streamId)
    return idle
  }

  #step(streamId: number, stream: StreamState, event: StreamEvent): StreamState {
    const next = stepStream(stream, event)
    this.#streams.set(streamId, next)
    return next
  }
}
