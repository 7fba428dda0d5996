import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'vitest'
import { openMediaResponse } from './media-response.ts'

const never = new AbortController().signal
const shown = 'http://host/…'

class Site {
  readonly #server: Server
  readonly paths: string[] = []
  readonly credentials: (string | undefined)[] = []

  constructor(answer: RequestListener) {
    this.#server = createServer((request, response) => {
      this.paths.push(request.url ?? '')
      this.credentials.push(request.headers.authorization)
      answer(request, response)
    })
  }

  static async listen(answer: RequestListener): Promise<Site> {
    const site = new Site(answer)
    site.#server.listen(0, '127.0.0.1')
    await once(site.#server, 'listening')
    return site
  }

  url(path: string, userInfo = ''): URL {
    return new URL(`http://${userInfo}127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

async function bodyOf(url: URL): Promise<string> {
  const response = await openMediaResponse(url, shown, { signal: never })
  const chunks: Buffer[] = []
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

test('media response: redirects are followed, with credentials to the same host alone', async () => {
  await using other = await Site.listen((_, response) => response.end('media'))
  await using site = await Site.listen(({ url }, response) => {
    const location = url === '/a' ? '/b' : other.url('/c').href
    response.writeHead(302, { location }).end()
  })
  assert.equal(await bodyOf(site.url('/a', 'eva:pw@')), 'media')
  assert.deepEqual([...site.paths, ...other.paths], ['/a', '/b', '/c'])
  const basic = `Basic ${Buffer.from('eva:pw').toString('base64')}`
  assert.deepEqual([...site.credentials, ...other.credentials], [basic, basic, undefined])
})

test('media response: an answer that is no stream is told, without the URL', async () => {
  await using site = await Site.listen((_, response) => response.writeHead(403).end())
  await assert.rejects(bodyOf(site.url('/secret')), {
    code: 'ERR_REFUSED',
    message: 'Cannot get http://host/…: the answer is 403',
  })
})

test('media response: redirects without end are not followed', async () => {
  await using site = await Site.listen((_, response) => response.writeHead(301, { location: '/again' }).end())
  await assert.rejects(bodyOf(site.url('/')), { code: 'ERR_CONNECTION' })
  assert.equal(site.paths.length, 6)
})

test('media response: a redirect to another protocol is not followed', async () => {
  await using site = await Site.listen((_, response) =>
    response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  )
  await assert.rejects(bodyOf(site.url('/')), { code: 'ERR_CONNECTION', message: /is not of HTTP$/ })
})

test('media response: nobody there, in words', async () => {
  const site = await Site.listen((_, response) => response.end())
  const url = site.url('/')
  await site[Symbol.asyncDispose]()
  await assert.rejects(bodyOf(url), { code: 'ERR_CONNECTION', message: `Cannot get ${shown}: nobody listens there` })
})

test('media response: a server that does not answer is not waited for', async () => {
  await using site = await Site.listen(() => undefined)
  const options = { signal: never, connectTimeout: 20 }
  await assert.rejects(openMediaResponse(site.url('/'), shown, options), {
    message: `Cannot get ${shown}: it took too long`,
  })
})
