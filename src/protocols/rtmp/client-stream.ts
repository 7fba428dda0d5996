import type { RefusedError } from '../../core/errors.ts'
import { type TagType, tagTypes } from '../../formats/flv/tag-header.ts'
import { commandMessage } from './command.ts'
import { publishedDataBody } from './data-message.ts'
import type { Message } from './message.ts'
import type { ServerStatus } from './server-status.ts'
import { userControl } from './user-control.ts'

/** What a message stream of ours is for. */
export type ClientPurpose = 'publish' | 'play'

/** What a message stream asks of its owner. Called synchronously, from within the session's `receive`. */
export interface ClientStreamHandler {
  /** The server has said yes. */
  onStart(): void
  /** `timestamp` is milliseconds modulo 2^32. `payload` is taken over. */
  onMedia(type: TagType, timestamp: number, payload: Uint8Array): void
  /** The last call: the server has said no, or has ended the stream; `undefined` if what we played has ended in order. */
  onEnd(error: RefusedError | undefined): void
}

type Phase =
  | { readonly phase: 'creating' }
  | { readonly phase: 'requested' | 'open'; readonly id: number }
  | { readonly phase: 'ended' }

/** What a stream is given by its session. */
export type ClientStreamContext = {
  readonly purpose: ClientPurpose
  /** The key, query and all. */
  readonly name: string
  readonly handler: ClientStreamHandler
  readonly send: (...messages: readonly Message[]) => void
  /** An error whose message has the server's words without our secrets. */
  readonly refusal: (status: ServerStatus) => RefusedError
}

const startCodes = { publish: 'NetStream.Publish.Start', play: 'NetStream.Play.Start' } as const

/** Statuses that end a stream though their level is no error. */
const endCodes: readonly string[] = [
  'NetStream.Play.Stop',
  'NetStream.Play.UnpublishNotify',
  'NetStream.Play.Complete',
  'NetStream.Unpublish.Success',
]

/** From now, else recorded: what FFmpeg asks for. Source: RTMP 1.0 §7.2.2.1, in the milliseconds that servers expect. */
const liveOrRecorded = -2000
/** How much we would keep. Wowza and Flash Media Server send nothing before they know. Source: RTMP 1.0 §7.1.7. */
const bufferLengthMs = 3000

/** One message stream of a client, which publishes or plays. */
export class ClientStream {
  readonly #context: ClientStreamContext
  #state: Phase = { phase: 'creating' }

  constructor(context: ClientStreamContext) {
    this.#context = context
  }

  /** `undefined` until the server has created the stream, and after its end. */
  get id(): number | undefined {
    return 'id' in this.#state ? this.#state.id : undefined
  }

  get isEnded(): boolean {
    return this.#state.phase === 'ended'
  }

  /** For the session: the server has created the stream. Returns false if nobody wants it any more. */
  created(id: number): boolean {
    if (this.#state.phase !== 'creating') return false
    const { purpose, name, send } = this.#context
    this.#state = { phase: 'requested', id }
    const args = purpose === 'publish' ? [null, name, 'live'] : [null, name, liveOrRecorded]
    send(commandMessage(id, { name: purpose, transactionId: 0, args }))
    if (purpose === 'play') send(userControl({ type: 'setBufferLength', streamId: id, length: bufferLengthMs }))
    return true
  }

  /** For the session: what the server says about this stream. */
  onStatus(status: ServerStatus): void {
    const { purpose, handler, refusal } = this.#context
    if (this.#state.phase === 'requested' && status.code === startCodes[purpose]) {
      this.#state = { phase: 'open', id: this.#state.id }
      handler.onStart()
    } else if (status.isError || endCodes.includes(status.code)) {
      const isInOrder = !status.isError && purpose === 'play' && this.#state.phase === 'open'
      this.end(isInOrder ? undefined : refusal(status))
    }
  }

  /** For the session: what the server sends over this stream. */
  onMedia(type: TagType, timestamp: number, payload: Uint8Array): void {
    if (this.#context.purpose === 'play') this.#context.handler.onMedia(type, timestamp, payload)
  }

  /** For the session: it ends from the server's side. */
  end(error: RefusedError | undefined): void {
    if (this.#state.phase === 'ended') return
    this.#state = { phase: 'ended' }
    this.#context.handler.onEnd(error)
  }

  /** Send one message of media. The payload is borrowed. */
  write(type: TagType, timestamp: number, payload: Uint8Array): void {
    if (this.#state.phase !== 'open') return
    const body = type === tagTypes.script ? publishedDataBody(payload) : payload
    this.#context.send({ type, streamId: this.#state.id, timestamp: timestamp >>> 0, payload: body })
  }

  /** We end it. Idempotent; the handler is not called. */
  close(): void {
    const { id } = this
    const { purpose, name, send } = this.#context
    this.#state = { phase: 'ended' }
    if (id === undefined) return
    if (purpose === 'publish') send(commandMessage(0, { name: 'FCUnpublish', transactionId: 0, args: [null, name] }))
    send(commandMessage(0, { name: 'deleteStream', transactionId: 0, args: [null, id] }))
  }
}
