import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'vitest'
import { sourceOf, testObjectStore } from '../../../test/conformance/object-store.ts'
import { S3Server } from '../../../test/support/s3-server.ts'
import { seededBytes } from '../../../test/support/seeded-bytes.ts'
import { bucketUrl, S3ObjectStore, type S3Settings } from './s3-object-store.ts'

const partSize = 5 * 1024 * 1024

testObjectStore('s3 against s3rver', async () => {
  const server = await S3Server.listen()
  const store = server.store({ partSize })
  return { store, largeSize: 2 * partSize + 1000, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
})

const bad: readonly (readonly [what: string, settings: Partial<S3Settings>, message: RegExp])[] = [
  ['a bucket that is not there', { bucket: 'other' }, /Cannot use 127.0.0.1:\d+\/other: there is no such bucket$/],
  ['an unknown key', { accessKey: 'nobody' }, /\/archive: the access key is unknown there$/],
]
for (const [what, settings, message] of bad) {
  test(`s3: ${what} is told in words, by whatever is asked first`, async () => {
    await using server = await S3Server.listen()
    const store = server.store(settings)
    for (const work of [
      () => store.put('key', sourceOf(seededBytes(1, 10)), 'video/mp4'),
      () => store.sizeOf('key'),
      () => store.read('key', 0, 1),
    ]) {
      await assert.rejects(work(), error => {
        assert.ok(error instanceof Error)
        assert.match(error.message, message)
        return 'code' in error && error.code === 'ERR_REFUSED'
      })
    }
  })
}

/** A server that answers as the test says. */
class Site {
  readonly #server: Server
  readonly requests: string[] = []

  private constructor(server: Server) {
    this.#server = server
  }

  static async listen(answer: RequestListener): Promise<Site> {
    const server = createServer((request, response) => {
      site.requests.push(`${request.method} ${request.url}`)
      answer(request, response)
    })
    const site = new Site(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return site
  }

  store(settings: Partial<S3Settings> = {}): S3ObjectStore {
    const endpoint = new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`)
    const usual = {
      endpoint,
      region: 'eu-1',
      bucket: 'b',
      pathStyle: true,
      accessKey: 'a',
      secretKey: 's',
    }
    return new S3ObjectStore({ ...usual, timeout: 5000, ...settings })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

function errorOf(code: string, more = ''): string {
  return `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>-</Message>${more}</Error>`
}

const refusals: readonly (readonly [status: number, body: string, reason: string])[] = [
  [403, errorOf('AccessDenied'), 'the access key may not do this'],
  [403, errorOf('SignatureDoesNotMatch'), 'the secret key is wrong'],
  [404, errorOf('XAdminUserNotFound'), 'the access key is unknown there'],
  [403, '', 'the access key may not do this'],
  [400, errorOf('AuthorizationHeaderMalformed', '<Region>eu-2</Region>'), 'the region is wrong, it must be eu-2'],
  [301, errorOf('PermanentRedirect'), 'the bucket is in another region'],
  [503, errorOf('SlowDown'), 'the server is too busy'],
  [502, '<html>Bad gateway</html>', 'the server behind the proxy does not answer'],
  [416, errorOf('InvalidRange'), 'the object is empty, or ends before'],
  [404, errorOf('NoSuchKey'), 'there is no such object'],
  [418, errorOf('Teapot'), 'the answer is 418 Teapot'],
]
for (const [status, body, reason] of refusals) {
  test(`s3: the answer ${status} ${/<Code>(.*)<.Code>/.exec(body)?.[1] ?? ''} is told as: ${reason}`, async () => {
    await using site = await Site.listen((_, response) => response.writeHead(status).end(body))
    await assert.rejects(site.store().sizeOf('key'), { code: 'ERR_REFUSED', message: new RegExp(`/b: ${reason}$`) })
  })
}

test('s3: more objects than one answer lists are asked for until there are none', async () => {
  await using site = await Site.listen(({ url }, response) => {
    const isFirst = !url?.includes('continuation-token=a%2Bb')
    const next = isFirst ? '<NextContinuationToken>a+b</NextContinuationToken>' : ''
    const entry = `<Contents><Key>${isFirst ? 1 : 2}&amp;</Key><Size>${isFirst ? 10 : 20}</Size></Contents>`
    response.end(`<ListBucketResult>${entry}${next}</ListBucketResult>`)
  })
  const found: string[] = []
  for await (const { key, size } of site.store().list('all/')) found.push(`${key} ${size}`)
  assert.deepEqual(found, ['1& 10', '2& 20'])
  assert.ok(site.requests[0]?.includes('prefix=all%2F'), site.requests[0])
})

test('s3: a bucket is a part of the path, or of the host', () => {
  const place = { endpoint: new URL('https://s3.eu-1.host/'), bucket: 'b' }
  assert.equal(bucketUrl({ ...place, pathStyle: true }).href, 'https://s3.eu-1.host/b')
  assert.equal(bucketUrl({ ...place, pathStyle: false }).href, 'https://b.s3.eu-1.host/')
  const behind = { ...place, endpoint: new URL('http://host:9000/s3/'), pathStyle: true }
  assert.equal(bucketUrl(behind).href, 'http://host:9000/s3/b')
})

test('s3: clocks that differ are told, and by how much', async () => {
  const theirs = new Date(Date.now() - 3_600_000)
  const body = errorOf('RequestTimeTooSkewed', `<ServerTime>${theirs.toISOString()}</ServerTime>`)
  await using site = await Site.listen((_, response) => response.writeHead(403).end(body))
  await assert.rejects(site.store().sizeOf('key'), { message: /of this machine is 36\d\d s ahead of the server's$/ })
})

test('s3: an answer that is broken off is no object', async () => {
  await using site = await Site.listen((_, response) => {
    response.writeHead(206, { 'content-length': 1000 }).write('the beginning')
    setImmediate(() => response.destroy())
  })
  await assert.rejects(site.store().read('key', 0, 1000), { code: 'ERR_CONNECTION', message: /broken off$/ })
})

test('s3: an answer that is too short is no object', async () => {
  await using site = await Site.listen((_, response) => response.writeHead(206).end('short'))
  await assert.rejects(site.store().read('key', 0, 1000), { message: /1000 bytes were asked for, 5 came$/ })
})

test('s3: a server that does not know ranges is understood', async () => {
  await using site = await Site.listen((_, response) => response.end('0123456789'))
  assert.equal(Buffer.from((await site.store().read('key', 2, 5)) ?? []).toString(), '234')
})

test('s3: a server that takes too long is not waited for, before its answer and within it', async () => {
  await using site = await Site.listen(({ url }, response) => {
    if (url !== '/b/silent') response.writeHead(206, { 'content-length': 10 }).write('01')
  })
  for (const key of ['silent', 'slow']) {
    await assert.rejects(site.store({ timeout: 30 }).read(key, 0, 10), { message: /takes too long$/ })
  }
})

test('s3: nobody there, in words', async () => {
  const site = await Site.listen((_, response) => response.end())
  const store = site.store()
  await site[Symbol.asyncDispose]()
  await assert.rejects(store.sizeOf('key'), { code: 'ERR_CONNECTION', message: /\/b: nobody listens there$/ })
})

test('s3: bytes that come there changed are no success', async () => {
  await using site = await Site.listen((request, response) => {
    assert.equal(request.headers['content-md5'], 'VsQii8WNTN8/8Bw/xuhBiQ==')
    request.resume().on('end', () => response.writeHead(200, { etag: `"${'0'.repeat(32)}"` }).end())
  })
  const put = site.store().put('key', sourceOf(Buffer.from('sluice')), 'video/mp4')
  await assert.rejects(put, { code: 'ERR_CONNECTION', message: /what came there is not what was sent$/ })
})

test('s3: an upload that was begun is gone on with, and what is there is not sent again', async () => {
  const bytes = seededBytes(1, 2500)
  const tags: Record<string, string> = {}
  let isDown = true
  await using site = await Site.listen((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://host')
    const part = searchParams.get('partNumber')
    request.resume().on('end', () => {
      if (part === '2' && isDown) return void response.destroy()
      if (part !== null) {
        tags[part] = Buffer.from(String(request.headers['content-md5']), 'base64').toString('hex')
        return void response.writeHead(200, { etag: `"${tags[part]}"` }).end()
      }
      const listed = Object.entries(tags).map(
        ([number, tag]) => `<Part><PartNumber>${number}</PartNumber><ETag>&quot;${tag}&quot;</ETag></Part>`,
      )
      const upload = '<Upload><Key>video&amp;sound</Key><UploadId>7</UploadId></Upload>'
      const answers: Record<string, string> = {
        'GET uploads': isDown ? '' : upload,
        'GET uploadId': listed.join(''),
        'POST uploads': '<InitiateMultipartUploadResult><UploadId>7</UploadId></InitiateMultipartUploadResult>',
        'POST uploadId': '<CompleteMultipartUploadResult><ETag>x-3</ETag></CompleteMultipartUploadResult>',
      }
      response.end(answers[`${request.method} ${searchParams.has('uploads') ? 'uploads' : 'uploadId'}`])
    })
  })
  const put = (store: S3ObjectStore): Promise<void> => store.put('video&sound', sourceOf(bytes), 'video/mp4')
  const first = site.store({ partSize: 1000 })
  await assert.rejects(put(first), { code: 'ERR_CONNECTION' })
  isDown = false
  for (const store of [first, site.store({ partSize: 1000 })]) {
    site.requests.length = 0
    await put(store)
    assert.ok(!site.requests.some(request => /POST .*uploads=/.test(request)), site.requests.join('\n'))
    const parts = site.requests.flatMap(request => /PUT .*partNumber=(\d)/.exec(request)?.[1] ?? [])
    assert.deepEqual(parts, store === first ? ['2', '3'] : [])
  }
})

test('s3: a range of an object is told with the size of all of it', async () => {
  await using server = await S3Server.listen()
  const store = server.store()
  const bytes = seededBytes(5, 1000)
  await store.put('key', sourceOf(bytes), 'video/mp4')
  const { bytes: some, size, tag } = await store.range('key', 900, 2000)
  assert.ok(Buffer.from(some).equals(bytes.subarray(900)))
  assert.equal(size, 1000)
  assert.equal((await store.range('key', 0, 1)).tag, tag)
  await assert.rejects(store.range('key', 1000, 1001), { code: 'ERR_REFUSED', message: /ends before$/ })
  await assert.rejects(store.range('other', 0, 1), { code: 'ERR_REFUSED', message: /there is no such object$/ })
})

for (const [what, status, range] of [
  ['sends everything', 200, undefined],
  ['sends another range', 206, 'bytes 5-9/100'],
  ['does not tell the size', 206, 'bytes 0-4/*'],
] as const) {
  test(`s3: a server that ${what} where a range was asked for is refused`, async () => {
    await using site = await Site.listen((_, response) => {
      response.writeHead(status, range === undefined ? {} : { 'content-range': range }).end('12345')
    })
    const message = /it does not send parts of objects$/
    await assert.rejects(site.store().range('key', 0, 5), { code: 'ERR_CONNECTION', message })
  })
}
