import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { seededRandom } from './seeded-bytes.ts'

/** How the relay treats packets, in both directions. */
export type RelayManners = {
  /** Share of packets that get lost. */
  readonly loss: number
  /** Share of packets that are held back until the next one has passed. */
  readonly swap: number
  readonly seed: number
}

/** A stretch of bad network in front of a UDP server of this machine, for one client. Start it with `await using`. */
export class LossyRelay implements AsyncDisposable {
  readonly #front: Socket
  readonly #back: Socket
  readonly #manners: RelayManners
  readonly #random: () => number
  #client: RemoteInfo | undefined
  passed = 0
  lost = 0

  private constructor(front: Socket, back: Socket, serverPort: number, manners: RelayManners) {
    this.#front = front
    this.#back = back
    this.#manners = manners
    this.#random = seededRandom(manners.seed)
    const toServer = this.#lane(packet => back.send(packet, serverPort, '127.0.0.1'))
    const toClient = this.#lane(packet => {
      if (this.#client !== undefined) front.send(packet, this.#client.port, this.#client.address)
    })
    front.on('message', (packet, from) => {
      this.#client = from
      toServer(packet)
    })
    back.on('message', toClient)
  }

  static async start(serverPort: number, manners: RelayManners): Promise<LossyRelay> {
    const [front, back] = await Promise.all([boundSocket(), boundSocket()])
    return new LossyRelay(front, back, serverPort, manners)
  }

  get port(): number {
    return this.#front.address().port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#front, this.#back].map(socket => new Promise<void>(resolve => socket.close(resolve))))
  }

  #lane(send: (packet: Buffer) => void): (packet: Buffer) => void {
    let held: Buffer | undefined
    return packet => {
      if (this.#random() < this.#manners.loss) {
        this.lost++
        return
      }
      this.passed++
      if (held === undefined && this.#random() < this.#manners.swap) {
        held = packet
        return
      }
      send(packet)
      if (held !== undefined) send(held)
      held = undefined
    }
  }
}

async function boundSocket(): Promise<Socket> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket
}
