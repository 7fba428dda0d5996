import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'

/** Keeps the datagrams that come to a port of the loopback interface. */
export class DatagramRecorder {
  readonly port: number
  readonly datagrams: Buffer[] = []
  readonly #socket: Socket

  private constructor(socket: Socket) {
    this.#socket = socket
    this.port = socket.address().port
    socket.on('message', datagram => void this.datagrams.push(datagram))
  }

  static async open(): Promise<DatagramRecorder> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    await once(socket, 'listening')
    socket.setRecvBufferSize(4 * 1024 * 1024)
    return new DatagramRecorder(socket)
  }

  get bytes(): Buffer {
    return Buffer.concat(this.datagrams)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close()
    await once(this.#socket, 'close')
  }
}
