import { createSocket, type Socket } from 'node:dgram'
import type { PublishedFrame, PublishedStream, PublishLink, PublishLinkEvents } from './publish-link.ts'
import { TsPayloads } from './ts-payloads.ts'

/** Sends one transport stream in datagrams to every port of its target. */
export class UdpPublishLink implements PublishLink {
  readonly isFull = false
  readonly #socket: Socket
  readonly #payloads: TsPayloads

  constructor({ target }: PublishedStream, events: PublishLinkEvents) {
    const { host, ports } = target
    this.#socket = createSocket({ type: 'udp4', lookup: (name, _options, done) => done(null, name, 4) })
    this.#payloads = new TsPayloads(payload => {
      const datagram = Buffer.from(payload)
      for (const port of ports) this.#socket.send(datagram, port, host)
    })
    this.#socket.once('error', error => events.failed(error.message))
    this.#socket.bind(0, host, () => events.live())
  }

  write(frame: PublishedFrame): void {
    this.#payloads.write(frame)
  }

  close(): void {
    this.#socket.close()
  }
}
