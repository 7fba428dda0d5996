import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import { commandMessage } from '../../src/protocols/rtmp/command.ts'
import { encodeMessage } from '../../src/protocols/rtmp/media-header.ts'
import type { Message } from '../../src/protocols/rtmp/message.ts'
import { ServerSession, type ServerSessionHandler } from '../../src/protocols/rtmp/server-session.ts'
import { certificateFixture } from './certificate-fixture.ts'
import { limits } from './scripted-rtmp-peer.ts'

/** What the server does with one connection. */
export type Manner = (connection: SessionConnection) => Partial<ServerSessionHandler>

/** One client of the server, and the session with it. Says yes to everything that its manner leaves out. */
export class SessionConnection {
  readonly socket: Socket
  readonly session: ServerSession
  /** Media that came, in order. */
  readonly media: Message[] = []

  constructor(socket: Socket, manner: Manner) {
    this.socket = socket
    this.session = new ServerSession(limits, {
      send: bytes => void socket.write(bytes),
      onHandshakeDone: () => undefined,
      onConnect: () => this.session.acceptConnect(),
      onPublish: ({ streamId }) => this.session.acceptPublish(streamId),
      onPlay: ({ streamId }) => this.session.acceptPlay(streamId),
      onPause: () => undefined,
      onStreamClosed: () => undefined,
      onMedia: (streamId, type, timestamp, payload) => void this.media.push({ streamId, type, timestamp, payload }),
      ...manner(this),
    })
    socket.on('data', bytes => this.session.receive(bytes))
    socket.on('error', () => undefined)
  }

  /** Send one message beside what the session sends. */
  message({ type, streamId, timestamp, payload }: Message, chunkStreamId = 6): void {
    const { chunkSize } = this.session.facts
    this.socket.write(encodeMessage({ chunkStreamId, type, streamId, timestamp }, payload, chunkSize))
  }

  /** Ask the client to connect to `tcUrl`. */
  requestReconnect(tcUrl: string): void {
    const info = { level: 'status', code: 'NetConnection.Connect.ReconnectRequest', tcUrl }
    this.message(commandMessage(0, { name: 'onStatus', transactionId: 0, args: [null, info] }), 3)
  }
}

/** Listens on a free port of this machine and treats each client in the given manner. */
export class SessionServer implements AsyncDisposable {
  readonly connections: SessionConnection[] = []
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(onSocket: (socket: Socket) => void, tls?: TlsOptions) {
    const accept = (socket: Socket): void => {
      this.#sockets.add(socket)
      onSocket(socket)
    }
    this.#server = tls === undefined ? createServer(accept) : createTlsServer(tls, accept)
    this.#server.on('tlsClientError', () => undefined)
  }

  static async listen(manner: Manner = () => ({})): Promise<SessionServer> {
    const server: SessionServer = new SessionServer(socket =>
      server.connections.push(new SessionConnection(socket, manner)),
    )
    return server.#open()
  }

  /** The same over TLS, with the certificate `server`. */
  static async listenTls(manner: Manner = () => ({})): Promise<SessionServer> {
    const server: SessionServer = new SessionServer(
      socket => server.connections.push(new SessionConnection(socket, manner)),
      certificateFixture('server'),
    )
    return server.#open()
  }

  /** A server that speaks no RTMP but what `onSocket` says. */
  static async raw(onSocket: (socket: Socket) => void): Promise<SessionServer> {
    return new SessionServer(socket => {
      socket.on('error', () => undefined)
      onSocket(socket)
    }).#open()
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `rtmp://127.0.0.1:${this.port}/live/topsecret`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await once(this.#server, 'close')
  }

  async #open(): Promise<this> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return this
  }
}
