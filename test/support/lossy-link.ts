import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import type { Microseconds } from '../../src/core/units.ts'
import { LossyPath, type PathManners } from './lossy-path.ts'

export type LossyLinkOptions = {
  /** Of this machine. */
  readonly serverPort: number
  /** Of both directions. */
  readonly manners: PathManners
  readonly seed: number
}

type Underway = { readonly at: Microseconds; readonly packet: Buffer }

/** A bad network in front of a UDP server of this machine, for one client. Start it with `await using`. */
export class LossyLink implements AsyncDisposable {
  readonly #front: Socket
  readonly #toServer: Lane
  readonly #toClient: Lane
  readonly #sockets: readonly Socket[]
  #client: RemoteInfo | undefined

  private constructor(front: Socket, back: Socket, { serverPort, manners, seed }: LossyLinkOptions) {
    this.#front = front
    this.#sockets = [front, back]
    this.#toServer = new Lane(new LossyPath(manners, seed), packet => back.send(packet, serverPort, '127.0.0.1'))
    this.#toClient = new Lane(new LossyPath(manners, seed + 1), packet => {
      if (this.#client !== undefined) front.send(packet, this.#client.port, this.#client.address)
    })
    front.on('message', (packet, from) => {
      this.#client = from
      this.#toServer.carry(packet)
    })
    back.on('message', packet => this.#toClient.carry(packet))
  }

  static async start(options: LossyLinkOptions): Promise<LossyLink> {
    const [front, back] = await Promise.all([boundSocket(), boundSocket()])
    return new LossyLink(front, back, options)
  }

  /** Where the client finds the server. */
  get port(): number {
    return this.#front.address().port
  }

  get toServer(): LossyPath {
    return this.#toServer.path
  }

  get toClient(): LossyPath {
    return this.#toClient.path
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#toServer.close()
    this.#toClient.close()
    await Promise.all(this.#sockets.map(socket => new Promise<void>(resolve => socket.close(resolve))))
  }
}

/** Holds each packet for as long as the path says. */
class Lane {
  readonly path: LossyPath
  readonly #send: (packet: Buffer) => void
  /** In the order in which they come out. */
  readonly #underway: Underway[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(path: LossyPath, send: (packet: Buffer) => void) {
    this.path = path
    this.#send = send
  }

  carry(packet: Buffer): void {
    for (const at of this.path.decide(packet.length, now())) this.#insert({ at, packet })
    this.#release()
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#underway.length = 0
  }

  #insert(entry: Underway): void {
    const before = this.#underway.findLastIndex(({ at }) => at <= entry.at)
    this.#underway.splice(before + 1, 0, entry)
  }

  #release(): void {
    clearTimeout(this.#timer)
    while ((this.#underway[0]?.at ?? Number.POSITIVE_INFINITY) <= now()) {
      this.#send((this.#underway.shift() as Underway).packet)
    }
    const [next] = this.#underway
    if (next !== undefined) this.#timer = setTimeout(() => this.#release(), Math.max(1, (next.at - now()) / 1000))
  }
}

function now(): Microseconds {
  return performance.now() * 1000
}

async function boundSocket(): Promise<Socket> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  socket.setRecvBufferSize(receiveBuffer)
  return socket
}

/** What comes while this process does not run must not get lost for nothing. */
const receiveBuffer = 4 * 1024 * 1024
