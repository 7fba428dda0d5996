import { createSocket, type Socket } from 'node:dgram'
import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { isIP } from 'node:net'
import { socketReason } from '../../../clients/socket-reason.ts'
import type { Clock } from '../../../contracts/clock.ts'
import { ConnectionError } from '../../../core/errors.ts'
import type { Bytes } from '../../../core/units.ts'
import { tsWireFormat } from '../../../protocols/mpegts/ts-wire-format.ts'
import type { AttemptResult } from '../../relay-loop.ts'
import type { PushOutput } from '../push-output.ts'
import type { PushedStream } from '../pushed-stream.ts'
import { tsTracks } from '../ts-tracks.ts'
import { UdpSink } from './udp-sink.ts'
import type { UdpTarget } from './udp-target.ts'

/** Room for what is sent in one go: 50 ms of 100 Mbit/s. The system may give less. */
const sendBuffer: Bytes = 640 * 1024

/** A transport stream in datagrams, to one receiver or a group. Whether anybody receives them is not known. */
export class UdpOutput implements PushOutput {
  readonly #target: UdpTarget
  readonly #clock: Clock

  constructor(target: UdpTarget, clock: Clock) {
    this.#target = target
    this.#clock = clock
  }

  async send(pushed: PushedStream): Promise<AttemptResult> {
    const { address, family } = await this.#resolve()
    const socket = createDatagramSocket(family)
    socket.on('error', error => pushed.end(this.#failure(error)))
    const sink = this.#createSink(pushed, socket, address)
    try {
      await this.#open(socket)
      if (pushed.signal.aborted) return 'done'
      const frames = { leftOut: () => sink.framesLeftOut, reason: 'the stream needs more than the bitrate' }
      const result = await pushed.send({ format: tsWireFormat, sink, startsAhead: true, tracks: tsTracks, frames })
      if (result === 'done') await sink.drained()
      return result
    } finally {
      sink.close()
      socket.close()
    }
  }

  async #resolve(): Promise<LookupAddress> {
    const { host } = this.#target
    const family = isIP(host)
    if (family !== 0) return { address: host, family }
    try {
      return await lookup(host)
    } catch (error) {
      throw this.#failure(error)
    }
  }

  #createSink(pushed: PushedStream, socket: Socket, address: string): UdpSink {
    const target = this.#target
    const outlet = {
      get pending(): Bytes {
        return socket.getSendQueueSize()
      },
      send: (datagram: Uint8Array) => socket.send(datagram, target.port, address),
    }
    return new UdpSink({ target, clock: this.#clock, outlet, onEnd: reason => pushed.onEnd(reason) })
  }

  async #open(socket: Socket): Promise<void> {
    const { isMulticast, ttl, interface: ours } = this.#target
    try {
      const listening = once(socket, 'listening')
      socket.bind({ port: 0, ...(ours !== undefined && { address: ours }) })
      await listening
      socket.setSendBufferSize(sendBuffer)
      if (ttl !== undefined) isMulticast ? socket.setMulticastTTL(ttl) : socket.setTTL(ttl)
      if (isMulticast && ours !== undefined) socket.setMulticastInterface(ours)
    } catch (error) {
      throw this.#failure(error)
    }
  }

  #failure(error: unknown): ConnectionError {
    return new ConnectionError(`Cannot send to ${this.#target.shown}: ${socketReason(error as NodeJS.ErrnoException)}`)
  }
}

/** Where datagrams go is an address by now: it is not looked up for each of them. */
function createDatagramSocket(family: number): Socket {
  const type = family === 6 ? 'udp6' : 'udp4'
  return createSocket({ type, lookup: (name, _options, done) => done(null, name, family) })
}
