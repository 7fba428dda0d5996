import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { test } from 'vitest'
import { certificateFixture, certificatePath } from '../../test/support/certificate-fixture.ts'
import { FileError } from '../core/errors.ts'
import { openMediaResponse } from './media-response.ts'
import { openSocket } from './rtmp/open-socket.ts'
import { type TlsFiles, tlsElsewhere, tlsOptions } from './tls-files.ts'

const none: TlsFiles = { ca: [], verify: true, cert: '', key: '' }
const authority = certificatePath('server', 'crt')
const ca = [authority]
const [cert, key] = [certificatePath('renewed', 'crt'), certificatePath('renewed', 'key')]

/** Tells who has come: the address, and the certificate. */
class Site {
  readonly #server: Server
  readonly guests: (readonly [address: string | undefined, fingerprint: string | undefined])[] = []

  private constructor(server: Server) {
    this.#server = server
    server.on('secureConnection', (socket: TLSSocket) => {
      this.guests.push([socket.remoteAddress, socket.getPeerCertificate().fingerprint])
    })
  }

  static async listen(): Promise<Site> {
    const options = { ...certificateFixture('server'), requestCert: true, rejectUnauthorized: false }
    const server = createServer(options, (_, response) => response.end('x'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Site(server)
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async get(tls?: TlsFiles, localAddress?: string): Promise<void> {
    const { signal } = new AbortController()
    const url = new URL(`https://localhost:${this.port}/`)
    const response = await openMediaResponse(url, 'https://localhost/…', { tls, localAddress, signal })
    response.resume()
    await once(response, 'end')
  }

  async connect(tls?: TlsFiles, localAddress?: string): Promise<void> {
    const url = { isSecure: true, host: 'localhost', port: this.port, app: '', key: '', tcUrl: '', shown: 'rtmps://x' }
    const seen = once(this.#server, 'secureConnection')
    const socket = await openSocket(url, { timeout: 5000, ca: undefined, tls, localAddress, signal: undefined })
    await seen
    socket.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

for (const way of ['get', 'connect'] as const) {
  test(`tls of one server (${way}): it is believed where its certificate is trusted, or nobody asks`, async () => {
    await using site = await Site.listen()
    await assert.rejects(site[way](), /its certificate is self-signed and not trusted$/)
    await assert.rejects(site[way]({ ...none, ca: [cert] }), /its certificate is self-signed and not trusted$/)
    await site[way]({ ...none, ca })
    await site[way]({ ...none, verify: false })
    assert.deepEqual(
      site.guests.map(([, fingerprint]) => fingerprint),
      [undefined, undefined],
    )
  })

  test(`tls of one server (${way}): it is shown our certificate, and called from our address`, async () => {
    await using site = await Site.listen()
    await site[way]({ ca, verify: true, cert, key }, '127.0.0.2')
    const [[address, fingerprint] = []] = site.guests
    assert.equal(address, '127.0.0.2')
    assert.match(fingerprint ?? '', /^[0-9A-F:]{59}$/)
    await assert.rejects(site[way]({ ...none, ca }, '192.0.2.1'), /our own address is none of this machine$/)
  })
}

for (const [what, files, message] of [
  ['that is not there', { ca: ['/nowhere/ca.pem'] }, 'Cannot use ca.pem: there is no such file'],
  ['that is none', { ca: [key] }, 'Cannot use renewed.key: it must have a certificate (PEM)'],
  [
    'with the key of another',
    { cert: authority, key },
    'Cannot use server.crt and renewed.key: they must be a certificate and its key (PEM)',
  ],
] as const) {
  test(`tls of one server: a certificate ${what} is told without its folder`, async () => {
    await assert.rejects(tlsOptions(undefined, { ...none, ...files }), (error): error is FileError => {
      assert.ok(error instanceof FileError)
      assert.equal(error.message, message)
      return true
    })
  })
}

test('tls of one server: others are verified, and shown no certificate of ours', () => {
  assert.deepEqual(tlsElsewhere({ ca, verify: false, cert, key }), { ...none, ca })
})
