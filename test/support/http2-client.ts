import { once } from 'node:events'
import { type ClientHttp2Session, type ClientHttp2Stream, connect, type IncomingHttpHeaders } from 'node:http2'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

export type Http2Answer = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly text: string
}

/** One connection of HTTP/2 of Node.js, for any number of requests at a time. */
export class Http2Client implements AsyncDisposable {
  readonly session: ClientHttp2Session

  private constructor(session: ClientHttp2Session) {
    this.session = session
    session.on('error', () => undefined)
  }

  static connect(port: number): Promise<Http2Client> {
    return Http2Client.over(connectTcp(port, '127.0.0.1'))
  }

  /** Over a connection on which something may have been sent already. */
  static async over(socket: Socket): Promise<Http2Client> {
    const options = { socket, rejectUnauthorized: false, ALPNProtocols: ['h2'] }
    const session = connect('https://localhost', { createConnection: () => connectTls(options) })
    const client = new Http2Client(session)
    await once(session, 'connect')
    return client
  }

  /** A request whose answer the test reads itself. */
  request(path: string, fields: Record<string, string> = {}): ClientHttp2Stream {
    const stream = this.session.request({ ':path': path, ...fields })
    stream.on('error', () => undefined)
    return stream
  }

  async get(path: string, fields: Record<string, string> = {}): Promise<Http2Answer> {
    const stream = this.request(path, fields)
    const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders]
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    return { status: Number(headers[':status']), headers, body, text: body.toString() }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.session.destroy()
  }
}
