import { createSecretKey, randomBytes } from 'node:crypto'
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import type { Microseconds, Milliseconds } from '../../src/core/units.ts'
import { type AcceptedCall, acceptCall, type Call } from '../../src/protocols/srt/call.ts'
import { Cookies } from '../../src/protocols/srt/cookie.ts'
import { SrtListener } from '../../src/protocols/srt/listener.ts'
import { destinationOf } from '../../src/protocols/srt/packet.ts'
import { SrtSession } from '../../src/protocols/srt/srt-session.ts'
import type { SrtPeer, SrtSummary } from './srt-peer.ts'

const socketId = 1
const tickMs: Milliseconds = 10

export type SluicePeerOptions = {
  readonly port: number
  readonly latency: Milliseconds
  readonly onBytes: (bytes: Uint8Array) => void
}

/** One session of ours that waits for its caller. */
export class SluicePeer implements SrtPeer {
  readonly #socket: Socket
  readonly #latency: Milliseconds
  readonly #onBytes: (bytes: Uint8Array) => void
  readonly #listener = new SrtListener({ cookies: new Cookies(createSecretKey(randomBytes(32))), keyLength: 0 })
  readonly #timer: NodeJS.Timeout
  #accepted: AcceptedCall | undefined
  #session: SrtSession | undefined

  private constructor(socket: Socket, { latency, onBytes }: SluicePeerOptions) {
    this.#socket = socket
    this.#latency = latency
    this.#onBytes = onBytes
    socket.on('message', (packet, from) => this.#receive(packet, from))
    this.#timer = setInterval(() => this.#session?.tick(now()), tickMs)
  }

  static async listen(options: SluicePeerOptions): Promise<SluicePeer> {
    const socket = createSocket('udp4')
    socket.bind(options.port, '127.0.0.1')
    await once(socket, 'listening')
    socket.setRecvBufferSize(4 * 1024 * 1024)
    return new SluicePeer(socket, options)
  }

  send(payload: Uint8Array): void {
    this.#session?.send(payload, now())
  }

  async close(): Promise<SrtSummary> {
    clearInterval(this.#timer)
    this.#session?.close(now())
    const closed = once(this.#socket, 'close')
    this.#socket.close()
    await closed
    const statistics = this.#session?.statistics
    if (statistics === undefined) throw new Error('Cannot measure: nobody has called')
    return statistics
  }

  #receive(packet: Buffer, from: RemoteInfo): void {
    if (destinationOf(packet) === socketId) return this.#session?.receive(packet, now())
    const answer = this.#listener.receive(packet, from, now())
    if (answer === undefined) return
    if (answer.type === 'call') return this.#accept(answer.call, from)
    this.#socket.send(answer.packet, from.port, from.address)
  }

  #accept(call: Call, { port, address }: RemoteInfo): void {
    if (this.#accepted === undefined) {
      this.#accepted = acceptCall(call, { socketId, latency: this.#latency, secret: undefined, startedAt: call.at })
      const handler = {
        transmit: (packet: Uint8Array) => this.#socket.send(packet, port, address),
        onPayload: this.#onBytes,
        onEnd: () => undefined,
      }
      this.#session = new SrtSession(this.#accepted.session, handler, now())
    }
    this.#socket.send(this.#accepted.answerAt(now()), port, address)
  }
}

function now(): Microseconds {
  return Math.round(performance.now() * 1000)
}
