import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { onTestFinished, test } from 'vitest'
import { type CertificateName, certificateFixture } from '../../test/support/certificate-fixture.ts'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { KeptLog } from '../../test/support/kept-log.ts'
import { parseNetwork } from '../config/network.ts'
import type { Certificate, CertificateSource } from '../contracts/certificates.ts'
import { SocketListener } from './socket-listener.ts'
import type { TlsVersion } from './tls-config.ts'

const proxyHeader = 'PROXY TCP4 192.0.2.7 192.0.2.8 4711 1936\r\n'

class ChangingCertificate implements CertificateSource {
  current = certificateFixture('server')
  #listener: ((certificate: Certificate) => void) | undefined

  onChange(listener: (certificate: Certificate) => void): void {
    this.#listener = listener
  }

  change(name: CertificateName): void {
    this.current = certificateFixture(name)
    this.#listener?.(this.current)
  }
}

type Choice = {
  readonly tls?: CertificateSource
  readonly maxVersion?: TlsVersion
  readonly handshakeTimeout?: number
  /** Networks of the proxies; no PROXY protocol without. */
  readonly trusted?: readonly string[]
}

/** A listener that answers each connection with the name of its peer, and then with what the peer sends. */
class Fixture {
  readonly log = new KeptLog()
  readonly clock = new FakeClock()
  readonly sockets: Socket[] = []
  readonly listener: SocketListener
  port = 0

  private constructor() {
    this.listener = new SocketListener({
      protocol: 'test',
      log: this.log,
      clock: this.clock,
      onSocket: (socket, peer) => {
        this.sockets.push(socket)
        socket.on('error', () => undefined)
        socket.write(`${peer} `)
        socket.pipe(socket)
      },
    })
  }

  static async listen(choice: Choice = {}): Promise<Fixture> {
    const fixture = new Fixture()
    const { listener } = fixture
    const { tls, maxVersion = '1.3', handshakeTimeout = 5000, trusted } = choice
    const networks = trusted?.map(text => parseNetwork(text) ?? assert.fail())
    const proxies = networks && { trusted: () => networks, timeout: 5000 }
    const address = { host: '127.0.0.1', port: 0 }
    const bound =
      tls === undefined
        ? listener.listen(address, proxies)
        : listener.listenTls(address, { certificate: tls, maxVersion, handshakeTimeout, proxies })
    fixture.port = (await bound).port
    onTestFinished(() => {
      listener.stop()
      for (const socket of fixture.sockets) socket.destroy()
    })
    return fixture
  }

  async connect(): Promise<Client> {
    const socket = connect(this.port, '127.0.0.1')
    await once(socket, 'connect')
    return new Client(socket)
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise(setImmediate)
  }

  /** Codes of the log, and what they say of the peer. */
  get lines(): readonly string[] {
    return this.log.lines.map(({ code, message }) => `${code} ${message}`)
  }
}

class Client {
  readonly socket: Socket
  /** Address of this end, as the listener sees it. */
  readonly peer: string
  text = ''
  readonly closed: Promise<unknown>

  constructor(socket: Socket) {
    this.socket = socket
    this.peer = `${socket.localAddress}:${socket.localPort}`
    this.closed = new Promise(resolve => socket.on('close', resolve))
    socket.on('error', () => undefined)
    onTestFinished(() => void socket.destroy())
  }

  read(): this {
    this.socket.setEncoding('utf8').on('data', (text: string) => {
      this.text += text
    })
    return this
  }

  async secure(): Promise<Client & { readonly socket: TLSSocket }> {
    const socket = connectTls({ socket: this.socket, rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    return new Client(socket) as Client & { readonly socket: TLSSocket }
  }
}

test('listener: without TLS and proxies the peer is the other end', async () => {
  const fixture = await Fixture.listen()
  const client = (await fixture.connect()).read()
  client.socket.write('hello')
  await fixture.until(() => client.text === `${client.peer} hello`)
  assert.equal(fixture.listener.connectionCount, 1)
  client.socket.end()
  await client.closed
  await fixture.until(() => fixture.listener.connectionCount === 0)
})

test('listener: over TLS 1.3, and over TLS 1.2 with AES-128, but not over TLS 1.1', async () => {
  const fixture = await Fixture.listen({ tls: new ChangingCertificate() })
  const client = (await (await fixture.connect()).secure()).read()
  assert.equal(client.socket.getProtocol(), 'TLSv1.3')
  assert.equal(client.socket.getCipher().name, 'TLS_AES_128_GCM_SHA256')
  client.socket.write('hello')
  await fixture.until(() => client.text.endsWith(' hello'))

  const older = { host: '127.0.0.1', port: fixture.port, rejectUnauthorized: false }
  const socket = connectTls({ ...older, maxVersion: 'TLSv1.2' })
  await once(socket, 'secureConnect')
  assert.equal(socket.getCipher().name, 'ECDHE-ECDSA-AES128-GCM-SHA256')
  socket.destroy()

  const old = connectTls({ ...older, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })
  await once(old, 'error')
  await fixture.until(() => fixture.listener.counters.faults.unsupported === 1)
  assert.match(fixture.lines[0] ?? '', /^TLS_HANDSHAKE_FAILED Connection closed: TLS handshake: unsupported protocol/)
})

test('listener: TLS 1.3 can be left out, for peers that stumble over its session tickets', async () => {
  const fixture = await Fixture.listen({ tls: new ChangingCertificate(), maxVersion: '1.2' })
  const client = await (await fixture.connect()).secure()
  assert.equal(client.socket.getProtocol(), 'TLSv1.2')
})

test('listener: a newer certificate is for those who come from then on', async () => {
  const certificate = new ChangingCertificate()
  const fixture = await Fixture.listen({ tls: certificate })
  const before = (await (await fixture.connect()).secure()).read()
  certificate.change('renewed')
  const after = await (await fixture.connect()).secure()
  assert.equal(before.socket.getPeerCertificate().subject.CN, 'localhost')
  assert.equal(after.socket.getPeerCertificate().subject.CN, 'renewed.localhost')
  before.socket.write('lives on')
  await fixture.until(() => before.text.endsWith(' lives on'))
})

test('listener: a peer without TLS is closed with one line of the log, and so is one that is silent', async () => {
  const fixture = await Fixture.listen({ tls: new ChangingCertificate(), handshakeTimeout: 50 })
  const plain = (await fixture.connect()).read()
  plain.socket.write(Buffer.concat([Buffer.of(3), Buffer.alloc(1536)]))
  await plain.closed
  const silent = (await fixture.connect()).read()
  await silent.closed
  const left = await fixture.connect()
  left.socket.destroy()
  const { faults, connections } = fixture.listener.counters
  await fixture.until(() => fixture.log.lines.length === 2)
  assert.deepEqual(fixture.lines, [
    'TLS_HANDSHAKE_FAILED Connection closed: TLS handshake: the peer does not speak TLS',
    'TLS_HANDSHAKE_FAILED Connection closed: TLS handshake: it took too long',
  ])
  assert.deepEqual([faults.malformed, faults.timeout, connections], [1, 1, 0])
  assert.equal(fixture.log.lines[0]?.fields['peer'], plain.peer)
})

test('listener: over TLS, a peer that reads nothing is seen to be busy, and what it takes is counted as sent', async () => {
  const fixture = await Fixture.listen({ tls: new ChangingCertificate() })
  const client = await (await fixture.connect()).secure()
  client.socket.pause()
  await fixture.until(() => fixture.sockets.length === 1 && fixture.sockets[0]?.writableLength === 0)
  const [socket] = fixture.sockets
  assert.ok(socket !== undefined)
  const before = socket.bytesWritten
  const run = Buffer.alloc(256 * 1024)
  let written = 0
  for (let turns = 0; turns < 100; turns++) {
    if (socket.writableLength === 0) {
      socket.write(run)
      written += run.length
      turns = 0
    }
    await new Promise(setImmediate)
  }
  assert.equal(socket.bytesWritten - before, written)
  assert.equal(socket.writableLength, run.length)
  client.socket.resume()
  await fixture.until(() => socket.writableLength === 0)
})

test('listener: who shakes hands while it stops is closed', async () => {
  const fixture = await Fixture.listen({ tls: new ChangingCertificate() })
  const silent = (await fixture.connect()).read()
  // A connection that came later and is complete: so the silent one has been accepted too.
  await (await fixture.connect()).secure()
  fixture.listener.stop()
  await silent.closed
  assert.deepEqual(fixture.lines, [])
})

for (const tls of [undefined, new ChangingCertificate()]) {
  const over = tls === undefined ? 'TCP' : 'TLS'

  test(`listener: a proxy says who comes over ${over}, in one piece with what follows or byte by byte`, async () => {
    const fixture = await Fixture.listen({ trusted: ['127.0.0.1'], ...(tls && { tls }) })
    const whole = await fixture.connect()
    whole.socket.write(proxyHeader)
    const client = (tls === undefined ? whole : await whole.secure()).read()
    client.socket.write('hello')
    await fixture.until(() => client.text === '192.0.2.7:4711 hello')

    const slow = await fixture.connect()
    slow.socket.setNoDelay(true)
    for (const byte of Buffer.from(proxyHeader)) {
      slow.socket.write(Buffer.of(byte))
      await new Promise(setImmediate)
    }
    const second = (tls === undefined ? slow : await slow.secure()).read()
    second.socket.write('hello')
    await fixture.until(() => second.text === '192.0.2.7:4711 hello')
  })
}

test('listener: what comes in one packet with the PROXY header is not lost, over TCP', async () => {
  const fixture = await Fixture.listen({ trusted: ['127.0.0.1'] })
  const client = (await fixture.connect()).read()
  client.socket.write(`${proxyHeader}hello`)
  await fixture.until(() => client.text === '192.0.2.7:4711 hello')
  client.socket.write(' again')
  await fixture.until(() => client.text === '192.0.2.7:4711 hello again')
})

test('listener: a proxy that speaks for itself is the peer', async () => {
  const fixture = await Fixture.listen({ trusted: ['127.0.0.1'] })
  const client = (await fixture.connect()).read()
  client.socket.write('PROXY UNKNOWN\r\n')
  await fixture.until(() => client.text === `${client.peer} `)
})

const refused = [
  { who: 'without a header', trusted: ['127.0.0.1'], sends: 'GET / HTTP/1.1\r\n', says: /starts otherwise/ },
  { who: 'that ends in the header', trusted: ['127.0.0.1'], sends: 'PROXY TCP4 1', ends: true, says: /too early/ },
  { who: 'from an address that is not trusted', trusted: ['10.0.0.0/8'], sends: proxyHeader, says: /trustedProxies/ },
] as const

for (const { who, trusted, sends, says, ...rest } of refused) {
  test(`listener: a connection ${who} is closed with one line of the log`, async () => {
    const fixture = await Fixture.listen({ trusted })
    const client = (await fixture.connect()).read()
    client.socket.write(sends)
    if ('ends' in rest) client.socket.end()
    await client.closed
    await fixture.until(() => fixture.log.lines.length > 0)
    assert.equal(fixture.log.lines.length, 1)
    assert.equal(fixture.log.lines[0]?.code, 'PROXY_HEADER_REFUSED')
    assert.match(fixture.log.lines[0].message, says)
    assert.equal(fixture.log.lines[0].fields['peer'], client.peer)
    assert.deepEqual([client.text, fixture.listener.counters.connections], ['', 0])
  })
}

test('listener: a proxy that says nothing is closed when its time is up; one that only looks is not worth a line', async () => {
  const fixture = await Fixture.listen({ trusted: ['127.0.0.1'] })
  const curious = (await fixture.connect()).read()
  curious.socket.end()
  await curious.closed
  const silent = (await fixture.connect()).read()
  await fixture.until(() => fixture.clock.pendingCount === 1)
  fixture.clock.advance(5000)
  await silent.closed
  assert.deepEqual(fixture.lines, ['PROXY_HEADER_REFUSED Cannot wait any longer for a PROXY protocol header'])
  assert.equal(fixture.listener.counters.faults.timeout, 1)
})
