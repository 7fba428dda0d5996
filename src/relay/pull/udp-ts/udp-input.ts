import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { socketReason } from '../../../clients/socket-reason.ts'
import type { PublishSettings } from '../../../contracts/path-settings.ts'
import { ConnectionError, type ServerError } from '../../../core/errors.ts'
import type { Bytes } from '../../../core/units.ts'
import { tsPayload } from '../../../formats/mpegts/datagram.ts'
import type { PullInput } from '../pull-input.ts'
import { PulledBytes, type PulledBytesContext } from '../pulled-bytes.ts'
import type { PulledStream } from '../pulled-stream.ts'
import { membershipInterface } from './membership-interface.ts'
import type { UdpUrl } from './udp-url.ts'

/** Room for what comes while the process does something else: 0.8 s of 20 Mbit/s. The system may give less. */
const receiveBuffer: Bytes = 2 * 1024 * 1024

/** A transport stream in datagrams, to an address of ours or to a group. */
export class UdpInput implements PullInput {
  readonly protocol = 'udp-ts'
  readonly #url: UdpUrl
  readonly #context: PulledBytesContext
  #bytesReceived: Bytes = 0

  constructor(url: UdpUrl, context: PulledBytesContext) {
    this.#url = url
    this.#context = context
  }

  get bytesReceived(): Bytes {
    return this.#bytesReceived
  }

  async play(stream: PulledStream, settings: PublishSettings, signal: AbortSignal): Promise<ServerError> {
    const socket = createSocket({ type: isIPv6(this.#url.address) ? 'udp6' : 'udp4', reuseAddr: this.#url.isMulticast })
    const pulled = new PulledBytes(stream, settings, this.#context, this.#url.programNumber)
    const over = Promise.withResolvers<ServerError>()
    const end = (reason: string): void =>
      over.resolve(new ConnectionError(`Cannot receive ${this.#url.shown}: ${reason}`))
    const onAbort = (): void => end('it is not wanted any more')
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
    socket.on('error', error => end(socketReason(error)))
    socket.on('message', (datagram, sender) => this.#receive(datagram, sender.address, pulled))
    socket.bind(this.#url.port, this.#url.address, () => {
      try {
        this.#join(socket)
      } catch (error) {
        end(error instanceof Error ? socketReason(error) : String(error))
      }
    })
    try {
      return await Promise.race([pulled.failed, over.promise])
    } finally {
      signal.removeEventListener('abort', onAbort)
      pulled.close()
      socket.close()
    }
  }

  #join(socket: Socket): void {
    const { address, isMulticast, source, interface: ours } = this.#url
    socket.setRecvBufferSize(receiveBuffer)
    if (!isMulticast) return
    const on = ours === undefined ? undefined : membershipInterface(ours)
    if (ours !== undefined && on === undefined) throw new Error(`no interface of this machine has ${ours}`)
    if (source === undefined) socket.addMembership(address, on)
    else socket.addSourceSpecificMembership(source, address, on)
  }

  #receive(datagram: Buffer, sender: string, pulled: PulledBytes): void {
    const { source } = this.#url
    if (source !== undefined && sender !== source) return
    this.#bytesReceived += datagram.length
    const payload = tsPayload(datagram)
    if (payload !== undefined) pulled.write(payload)
  }
}
