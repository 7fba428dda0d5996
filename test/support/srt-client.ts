import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { encodeControlPacket } from '../../src/protocols/srt/control-packet.ts'
import { encodeDataPacket } from '../../src/protocols/srt/data-packet.ts'
import {
  decodeHandshake,
  encodeHandshake,
  extensionFlags,
  type Handshake,
  handshakeTypes,
  handshakeVersions,
  inductionExtensionField,
} from '../../src/protocols/srt/handshake.ts'
import {
  encodeCapabilities,
  encodeText,
  extensionTypes,
  type HandshakeExtension,
} from '../../src/protocols/srt/handshake-extension.ts'
import { destinationOf, headerSize, readWord } from '../../src/protocols/srt/packet.ts'

/** What a caller says of itself. */
export type CallOptions = {
  readonly streamId?: string
  readonly socketId?: number
  readonly cookie?: number
  readonly keyMaterial?: Uint8Array
  /** Packets that may be on their way to it. */
  readonly flowWindow?: number
  /** Behind the usual ones. */
  readonly extensions?: readonly HandshakeExtension[]
}

const live = { version: 0x01_05_04, flags: 0xbf, receiverDelay: 120, senderDelay: 120 }
const initialSequence = 1000
let nextSocketId = 0x2000_0000

/** An SRT caller that does what the test says, right or wrong, over a real socket. */
export class SrtClient implements AsyncDisposable {
  /** All packets that came so far. */
  readonly packets: Uint8Array[] = []
  /** Of the session, once it is there. */
  peerSocketId = 0
  #sequence = initialSequence
  /** Ports are used again: a call from one is another one's repeat if it has no name of its own. */
  readonly #socketId = nextSocketId++
  #fences = 0
  readonly #socket: Socket
  readonly #serverPort: number
  readonly #watchers = new Set<() => void>()
  #sending = 0

  private constructor(socket: Socket, serverPort: number) {
    this.#socket = socket
    this.#serverPort = serverPort
    socket.on('message', packet => {
      this.packets.push(packet)
      for (const watcher of this.#watchers) watcher()
    })
  }

  static async open(serverPort: number, address = '127.0.0.1'): Promise<SrtClient> {
    const socket = createSocket('udp4')
    socket.bind(0, address)
    await once(socket, 'listening')
    socket.setRecvBufferSize(4_000_000)
    return new SrtClient(socket, serverPort)
  }

  /** A caller that was let in. */
  static async connected(serverPort: number, streamId: string): Promise<SrtClient> {
    const client = await SrtClient.open(serverPort)
    const answer = await client.call({ streamId })
    if (answer !== 'accepted') throw new Error(`Cannot call: the server answers ${answer}`)
    return client
  }

  /** Address of this end, as the server's log has it. */
  get peer(): string {
    const { address, port } = this.#socket.address()
    return `${address}:${port}`
  }

  send(...packets: readonly Uint8Array[]): void {
    for (const packet of packets) {
      this.#sending++
      this.#socket.send(packet, this.#serverPort, '127.0.0.1', () => this.#sending--)
    }
  }

  /** Wait until the server has seen what was sent: it answers inductions at once and in order, each to its socket id. */
  async seen(): Promise<void> {
    await this.cookie()
  }

  /** The next packet, or one that has come already, that the test looks for. */
  async until<Found>(find: (packet: Uint8Array) => Found | undefined, from = 0): Promise<Found> {
    for (let at = from; ; at++) {
      while (at >= this.packets.length) await this.#next()
      const found = find(this.packets[at] ?? new Uint8Array(0))
      if (found !== undefined) return found
    }
  }

  /** Ask for a cookie. */
  async cookie(): Promise<number> {
    const from = this.packets.length
    const socketId = 0x4000_0000 + this.#fences++
    this.send(this.induction(socketId))
    const isOurs = (packet: Uint8Array): boolean => destinationOf(packet) === socketId
    const answer = await this.until(packet => (isOurs(packet) ? handshakeOf(packet) : undefined), from)
    return answer.cookie
  }

  /** Show a cookie, and say what is wanted. Returns the code of the refusal if there is one. */
  async call(options: CallOptions): Promise<number | 'accepted'> {
    const cookie = options.cookie ?? (await this.cookie())
    const from = this.packets.length
    this.send(this.conclusion({ ...options, cookie }))
    const { type, socketId } = await this.until(answerOf, from)
    if (type !== handshakeTypes.CONCLUSION) return type
    this.peerSocketId = socketId
    return 'accepted'
  }

  induction(socketId = 1): Uint8Array {
    return packetOf({ ...ownHandshake, socketId })
  }

  conclusion(options: CallOptions): Uint8Array {
    const {
      streamId = '',
      socketId = this.#socketId,
      cookie = 0,
      keyMaterial,
      flowWindow = 8192,
      extensions = [],
    } = options
    const all: HandshakeExtension[] = [{ type: extensionTypes.SRT_CMD_HSREQ, content: encodeCapabilities(live) }]
    if (keyMaterial !== undefined) all.push({ type: extensionTypes.SRT_CMD_KMREQ, content: keyMaterial })
    if (streamId !== '') all.push({ type: extensionTypes.SRT_CMD_SID, content: encodeText(streamId) })
    const type = handshakeTypes.CONCLUSION
    const extensionField = extensionFlags.HSREQ | extensionFlags.CONFIG
    all.push(...extensions)
    return packetOf({
      ...ownHandshake,
      version: handshakeVersions.srt,
      extensionField,
      type,
      socketId,
      cookie,
      flowWindow,
      extensions: all,
    })
  }

  /** Say on the session that this end is there. */
  keepalive(): void {
    this.send(encodeControlPacket({ type: 'keepalive' }, 0, this.peerSocketId))
  }

  /** Publish a payload. */
  payload(payload: Uint8Array): void {
    const packet = {
      sequence: this.#sequence++,
      message: 1,
      key: 'none',
      isRetransmitted: false,
      timestamp: 0,
    } as const
    this.send(encodeDataPacket({ ...packet, payload }, this.peerSocketId))
  }

  /** Leave in order. */
  shutdown(): void {
    this.send(encodeControlPacket({ type: 'shutdown' }, 0, this.peerSocketId))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    while (this.#sending > 0) await new Promise(setImmediate)
    await new Promise<void>(resolve => this.#socket.close(resolve))
  }

  async #next(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(
      () => reject(new Error(`Cannot wait any longer: ${this.packets.length} packets came`)),
      30_000,
    )
    this.#watchers.add(resolve)
    await promise.finally(() => {
      clearTimeout(timer)
      this.#watchers.delete(resolve)
    })
  }
}

const ownHandshake: Handshake = {
  version: handshakeVersions.udt,
  encryptionField: 0,
  extensionField: inductionExtensionField,
  initialSequence,
  mtu: 1500,
  flowWindow: 8192,
  type: handshakeTypes.INDUCTION,
  socketId: 1,
  cookie: 0,
  peerAddress: new Uint8Array(16),
  extensions: [],
}

function packetOf(handshake: Handshake): Uint8Array {
  return encodeControlPacket({ type: 'handshake', body: encodeHandshake(handshake) }, 0, 0)
}

function handshakeOf(packet: Uint8Array): Handshake | undefined {
  return readWord(packet, 0) === 0x8000_0000 ? decodeHandshake(packet.subarray(headerSize)) : undefined
}

/** The answer to a conclusion. */
export function answerOf(packet: Uint8Array): Handshake | undefined {
  const handshake = handshakeOf(packet)
  return handshake?.type === handshakeTypes.INDUCTION ? undefined : handshake
}
