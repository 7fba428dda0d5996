import { randomBytes } from 'node:crypto'
import { ProtocolError, type RefusedError } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'
import { type AmfObject, type AmfValue, namedValues } from '../../formats/amf/amf-value.ts'
import { tagTypes } from '../../formats/flv/tag-header.ts'
import { type ClientPurpose, ClientStream, type ClientStreamHandler } from './client-stream.ts'
import { type Command, commandMessage, decodeCommand } from './command.ts'
import { connectFields } from './connect-fields.ts'
import { result } from './connection-reply.ts'
import { isPlayerNote } from './data-message.ts'
import { type EnhancedCapabilities, enhancedCapabilities } from './enhanced-capabilities.ts'
import { ClientHandshake, type RandomBytes } from './handshake.ts'
import { deliverMedia, isMedia, type MediaHandler } from './media-message.ts'
import { type Message, messageType } from './message.ts'
import { type ChannelLimits, MessageChannel } from './message-channel.ts'
import { setChunkSize, windowAcknowledgementSize } from './protocol-control.ts'
import type { RtmpUrl } from './rtmp-url.ts'
import { refusedError, type ServerStatus, serverStatus } from './server-status.ts'

/** What a session asks of its owner. Called synchronously, from within `open` or `receive`. */
export interface ClientSessionHandler {
  /** Bytes for the server, in order; taken over. */
  send(bytes: Uint8Array): void
  /** The server has let us in: streams can be opened. */
  onConnected(): void
  /** The server does not let us in, or throws us out. The connection is of no use any more. */
  onRefused(error: RefusedError): void
  /** The server wants us to connect anew, to `tcUrl` if it says so, and goes on until we do. */
  onReconnectRequest(tcUrl: string | undefined): void
}

type Phase = 'opened' | 'handshaking' | 'connecting' | 'connected' | 'refused'

/** What comes back from a call. */
type Call = { readonly onResult: (args: readonly AmfValue[]) => void; readonly onError: (status: ServerStatus) => void }

const reconnectRequest = 'NetConnection.Connect.ReconnectRequest'

/**
 * The client's side of one RTMP connection, without I/O: bytes in, bytes and news out.
 *
 * @see RTMP 1.0 §7.2
 */
export class ClientSession {
  readonly #url: RtmpUrl
  readonly #limits: ChannelLimits
  readonly #handler: ClientSessionHandler
  readonly #handshake: ClientHandshake
  readonly #channel: MessageChannel
  readonly #calls = new Map<number, Call>()
  readonly #streams = new Set<ClientStream>()
  readonly #media: MediaHandler = {
    onMedia: (streamId, type, timestamp, payload) => {
      if (type === tagTypes.script && isPlayerNote(payload)) return
      this.#streamOf(streamId)?.onMedia(type, timestamp, payload)
    },
  }
  #capabilities = enhancedCapabilities({})
  #phase: Phase = 'opened'
  #lastTransaction = 0

  constructor(url: RtmpUrl, limits: ChannelLimits, handler: ClientSessionHandler, random: RandomBytes = randomBytes) {
    this.#url = url
    this.#limits = limits
    this.#handler = handler
    this.#handshake = new ClientHandshake(random)
    this.#channel = new MessageChannel(limits, this.#handshake, {
      send: bytes => handler.send(bytes),
      onHandshakeDone: () => this.#connect(),
      onMessage: message => this.#onMessage(message),
    })
  }

  /** How far it has come: for the words of a timeout. */
  get phase(): Phase {
    return this.#phase
  }

  /** All bytes that the server has sent. */
  get bytesReceived(): Bytes {
    return this.#channel.bytesReceived
  }

  /** What the server has said of Enhanced RTMP when it let us in. */
  get capabilities(): EnhancedCapabilities {
    return this.#capabilities
  }

  /** Chunk size of what we send. */
  get chunkSize(): Bytes {
    return this.#channel.chunkSize
  }

  /** Send the first bytes. */
  open(): void {
    if (this.#phase !== 'opened') throw new RangeError('Cannot open an RTMP session: it is open')
    this.#phase = 'handshaking'
    this.#handler.send(this.#handshake.opening)
  }

  /**
   * Take over what the server has sent.
   *
   * @throws {ProtocolError} If the server breaks the protocol; the session cannot go on then.
   */
  receive(bytes: Uint8Array): void {
    this.#channel.receive(bytes)
  }

  /** Ask to publish or play `name`, a key with its query, over a message stream of its own. */
  start(purpose: ClientPurpose, name: string, handler: ClientStreamHandler): ClientStream {
    if (this.#phase !== 'connected')
      throw new RangeError(`Cannot ${purpose} over an RTMP session: it is ${this.#phase}`)
    const stream = new ClientStream({
      ...{ purpose, name, handler },
      send: (...messages) => this.#channel.send(...messages),
      refusal: status => this.#refusal(purpose, status, name),
    })
    for (const known of this.#streams) if (known.isEnded) this.#streams.delete(known)
    this.#streams.add(stream)
    // What FMLE sends first and servers derived from Flash Media Server expect; what they answer says nothing.
    if (purpose === 'publish') for (const call of ['releaseStream', 'FCPublish']) this.#call(call, [null, name])
    this.#call('createStream', [null], {
      onResult: ([, id]) => this.#onCreated(stream, id),
      onError: status => stream.end(this.#refusal(purpose, status, name)),
    })
    return stream
  }

  #connect(): void {
    this.#phase = 'connecting'
    this.#call('connect', [connectFields(this.#url)], {
      onResult: ([properties, info]) => this.#onConnectAnswer(serverStatus(info), namedValues(properties)),
      onError: status => this.#refuse(status),
    })
  }

  #onConnectAnswer(status: ServerStatus, properties: AmfObject | undefined): void {
    if (this.#phase !== 'connecting') return
    if (status.isError) return this.#refuse(status)
    this.#phase = 'connected'
    this.#capabilities = enhancedCapabilities(properties ?? {})
    const { windowSize, chunkSize } = this.#limits
    this.#channel.send(windowAcknowledgementSize(windowSize), setChunkSize(chunkSize))
    this.#handler.onConnected()
  }

  #onCreated(stream: ClientStream, id: AmfValue): void {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id > 0xffffffff) {
      throw new ProtocolError(
        'rtmp',
        'malformed',
        'Cannot create RTMP message stream: its id must be a number of 32 bits',
      )
    }
    if (!stream.created(id))
      this.#channel.send(commandMessage(0, { name: 'deleteStream', transactionId: 0, args: [null, id] }))
  }

  #onMessage(message: Message): void {
    const { type, streamId, payload } = message
    if (isMedia(message)) deliverMedia(message, this.#media)
    else if (type === messageType.commandAmf0 || type === messageType.commandAmf3) {
      this.#onCommand(streamId, decodeCommand(type, payload))
    }
  }

  #onCommand(streamId: number, { name, transactionId, args }: Command): void {
    switch (name) {
      case '_result':
        return this.#takeCall(transactionId)?.onResult(args)
      case '_error':
        return this.#takeCall(transactionId)?.onError({ ...serverStatus(args[1]), isError: true })
      case 'onStatus':
        return this.#onStatus(streamId, serverStatus(args[1]))
      default:
        // Such as _onbwcheck of Flash Media Server and Wowza, which want to hear back.
        if (transactionId !== 0) this.#channel.send(result(transactionId, null))
    }
  }

  #onStatus(streamId: number, status: ServerStatus): void {
    if (status.code === reconnectRequest) return this.#handler.onReconnectRequest(status.tcUrl)
    const stream = this.#streamOf(streamId) ?? (status.code.startsWith('NetStream.') ? this.#onlyStream() : undefined)
    if (stream !== undefined) stream.onStatus(status)
    else if (status.isError || status.code === 'NetConnection.Connect.Closed') this.#refuse(status)
  }

  #refuse(status: ServerStatus): void {
    if (this.#phase === 'refused') return
    this.#phase = 'refused'
    this.#handler.onRefused(this.#refusal('connect', status, this.#url.key))
  }

  #refusal(purpose: ClientPurpose | 'connect', status: ServerStatus, name: string): RefusedError {
    const what = { publish: 'publish to', play: 'play', connect: 'connect to' }[purpose]
    return refusedError(`${what} ${this.#url.shown}`, status, [
      ...secretsOf(name),
      ...secretsOf(this.#url.app.replace(/^[^?]*/, '')),
    ])
  }

  #call(name: string, args: readonly AmfValue[], call?: Call): void {
    const transactionId = ++this.#lastTransaction
    if (call !== undefined) this.#calls.set(transactionId, call)
    this.#channel.send(commandMessage(0, { name, transactionId, args }))
  }

  #takeCall(transactionId: number): Call | undefined {
    const call = this.#calls.get(transactionId)
    this.#calls.delete(transactionId)
    return call
  }

  /** Streams that have ended have no id any more. */
  #streamOf(id: number): ClientStream | undefined {
    for (const stream of this.#streams) {
      if (stream.id === id) return stream
    }
    return undefined
  }

  /** Some servers answer over message stream 0, which is no matter as long as one stream only can be meant. */
  #onlyStream(): ClientStream | undefined {
    const [stream, ...others] = [...this.#streams].filter(({ id }) => id !== undefined)
    return others.length === 0 ? stream : undefined
  }
}

/** All that a server may repeat of a key or an application: the whole, its name, and the values of its query. */
function secretsOf(text: string): readonly string[] {
  const [name = '', query = ''] = text.split(/\?(.*)/s)
  const values = query.split('&').map(parameter => parameter.slice(parameter.indexOf('=') + 1))
  return [text, query, ...values, name].filter(secret => secret.length >= shortestSecret)
}

/** What is shorter is no secret, and blanking it would garble the words. */
const shortestSecret = 4
