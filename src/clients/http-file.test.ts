import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'vitest'
import { seededBytes } from '../../test/support/seeded-bytes.ts'
import { FileFetcher } from './file-fetcher.ts'
import { HttpFile } from './http-file.ts'

const bytes = seededBytes(9, 1000)

/** A web server with one file. */
class Site {
  readonly #server: Server
  readonly #fetcher: FileFetcher
  readonly url: URL
  tag = '"one"'

  private constructor(server: Server) {
    this.#server = server
    this.url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/secret/film.mp4?token=secret`)
    const { signal } = new AbortController()
    this.#fetcher = new FileFetcher({ host: this.url.host, bodyTimeout: 5000, onBytes: () => undefined, signal })
  }

  static async listen(answer?: RequestListener): Promise<Site> {
    const usual: RequestListener = ({ headers }, response) => {
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? []
      const range = `bytes ${from}-${to}/${bytes.length}`
      response.writeHead(206, { 'content-range': range, etag: site.tag })
      response.end(bytes.subarray(Number(from), Number(to) + 1))
    }
    const server = createServer(answer ?? usual)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const site: Site = new Site(server)
    return site
  }

  open(): Promise<HttpFile> {
    return HttpFile.open(this.#fetcher, this.url)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#fetcher[Symbol.dispose]()
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

test('http file: parts of it are read, and its name is no secret', async () => {
  await using site = await Site.listen()
  const file = await site.open()
  assert.deepEqual([file.size, file.name], [1000, `http://${site.url.host}/…`])
  assert.ok(Buffer.from(await file.read(100, 1000)).equals(bytes.subarray(100)))
})

test('http file: one that is put in its place is another', async () => {
  await using site = await Site.listen()
  const file = await site.open()
  site.tag = '"two"'
  await assert.rejects(file.read(0, 10), {
    code: 'ERR_CONNECTION',
    message: /the file was replaced while it was read$/,
  })
})

for (const [what, status, head, code, reason] of [
  ['does not know parts', 200, {}, 'ERR_REFUSED', /it does not send parts of files$/],
  ['does not tell the size', 206, { 'content-range': 'bytes 0-0/*' }, 'ERR_FILE', /must tell how large it is$/],
  ['does not have it', 404, {}, 'ERR_REFUSED', /the answer is 404$/],
] as const) {
  test(`http file: a server that ${what} is told`, async () => {
    await using site = await Site.listen((_, response) => void response.writeHead(status, head).end('x'))
    await assert.rejects(site.open(), (error): error is Error => {
      assert.ok(error instanceof Error && 'code' in error)
      assert.equal(error.code, code)
      assert.match(error.message, reason)
      return !error.message.includes('secret')
    })
  })
}
