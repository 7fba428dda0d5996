import assert from 'node:assert/strict'
import { test } from 'vitest'
import { readTags } from '../../../test/support/flv-tags.ts'
import { HttpFixture } from '../../../test/support/http-fixture.ts'
import { audioFrame, audioTrack, videoFrame, videoTrack } from '../../../test/support/sample-frames.ts'

const bothKinds = '464c5601050000000900000000'
const videoOnly = '464c5601010000000900000000'
const audioOnly = '464c5601040000000900000000'
const fileHeaderSize = 13

const videoHeader = `1700000000${Buffer.from(videoTrack.config ?? []).toString('hex')}`
const audioHeader = `af00${Buffer.from(audioTrack.config ?? []).toString('hex')}`

function videoBody(isKey: boolean, fill: string, size = 10): string {
  return `${isKey ? '17' : '27'}01000000${fill.repeat(size)}`
}

function audioBody(fill: string): string {
  return `af01${fill.repeat(4)}`
}

test('HTTP-FLV: a late viewer starts at the key frame, behind the headers, stamped with its time', async () => {
  await using fixture = await HttpFixture.listen()
  const publication = fixture.publish('live/test')
  for (const frame of [videoFrame(0, true), audioFrame(0), videoFrame(40, true), audioFrame(42)])
    publication.write(frame)
  const client = await fixture.get('/live/test.flv')
  const head = await client.head()
  assert.match(head, /^HTTP\/1\.1 200 OK\r\n/)
  assert.match(head, /^content-type: video\/x-flv\r?$/im)
  assert.match(head, /^cache-control: no-store\r?$/im)
  assert.match(head, /^access-control-allow-origin: \*\r?$/im)
  assert.match(head, /^connection: close\r?$/im)
  assert.match(head, /^transfer-encoding: chunked\r?$/im)
  assert.doesNotMatch(head, /content-length/i)

  const expected = [
    { type: 'video', time: 40, body: videoHeader },
    { type: 'audio', time: 40, body: audioHeader },
    { type: 'video', time: 40, body: videoBody(true, '28') },
    { type: 'audio', time: 42, body: audioBody('2a') },
  ]
  await client.until(() => readTags(client.body.subarray(fileHeaderSize)).length === expected.length)
  assert.equal(client.body.toString('hex', 0, fileHeaderSize), bothKinds)
  assert.deepEqual(readTags(client.body.subarray(fileHeaderSize)), expected)

  publication.write(videoFrame(80, false))
  await client.until(() => readTags(client.body.subarray(fileHeaderSize)).length === 5)
  assert.deepEqual(readTags(client.body.subarray(fileHeaderSize))[4], {
    type: 'video',
    time: 80,
    body: videoBody(false, '50'),
  })
})

test('HTTP-FLV: the header tells of audio that has had no frame before the key frame', async () => {
  await using fixture = await HttpFixture.listen()
  const publication = fixture.publish('a')
  publication.write(videoFrame(0, true))
  publication.write(audioFrame(0))
  const client = await fixture.get('/a.flv')
  await client.until(() => readTags(client.body.subarray(fileHeaderSize)).length === 4)
  assert.equal(client.body.toString('hex', 0, fileHeaderSize), bothKinds)
  assert.deepEqual(
    readTags(client.body.subarray(fileHeaderSize)).map(({ body }) => body),
    [videoHeader, videoBody(true, '00'), audioHeader, audioBody('00')],
  )
})

for (const [name, frame, header] of [
  ['video', (ms: number) => videoFrame(ms, ms === 0), videoOnly],
  ['audio', (ms: number) => audioFrame(ms), audioOnly],
] as const) {
  test(`HTTP-FLV: a stream of ${name} alone starts once no other track has come for a second`, async () => {
    await using fixture = await HttpFixture.listen()
    const publication = fixture.publish('a')
    const client = await fixture.get('/a.flv')
    await client.head()
    for (let ms = 0; ms < 1000; ms += 100) publication.write(frame(ms))
    assert.equal(client.body.length, 0)
    for (let ms = 1000; ms < 4000; ms += 100) publication.write(frame(ms))
    await client.bodyOf(fileHeaderSize)
    assert.equal(client.body.toString('hex', 0, fileHeaderSize), header)
  })
}

test('HTTP-FLV: two viewers at one place get the same bytes', async () => {
  await using fixture = await HttpFixture.listen()
  const publication = fixture.publish('a')
  publication.write(videoFrame(0, true))
  publication.write(audioFrame(0))
  const [one, two] = [await fixture.get('/a.flv'), await fixture.get('/a.flv')]
  await fixture.until(() => one.body.length > fileHeaderSize && two.body.length > fileHeaderSize)
  for (let ms = 40; ms < 2000; ms += 40) publication.write(videoFrame(ms, ms % 400 === 0, 3000))
  const count = (bytes: Buffer): number => readTags(bytes.subarray(fileHeaderSize)).length
  const last = (bytes: Buffer): number | undefined => readTags(bytes.subarray(fileHeaderSize)).at(-1)?.time
  await one.until(() => last(one.body) === 1960)
  await two.until(() => last(two.body) === 1960)
  assert(count(one.body) > 3)
  assert(one.body.equals(two.body))
})

test('HTTP-FLV: a change of configuration comes before the first frame that needs it', async () => {
  await using fixture = await HttpFixture.listen()
  const publication = fixture.publish('a')
  publication.write(videoFrame(0, true))
  publication.write(audioFrame(0))
  const client = await fixture.get('/a.flv')
  await client.until(() => readTags(client.body.subarray(fileHeaderSize)).length === 4)
  const changed = { ...videoTrack, generation: 1, config: Uint8Array.of(1, 0x42, 0, 0x1e) }
  publication.write(videoFrame(40, true, 2, 0xaa, changed))
  await client.until(() => readTags(client.body.subarray(fileHeaderSize)).length === 6)
  assert.deepEqual(readTags(client.body.subarray(fileHeaderSize)).slice(4), [
    { type: 'video', time: 40, body: '17000000000142001e' },
    { type: 'video', time: 40, body: videoBody(true, 'aa', 2) },
  ])
})

test('HTTP-FLV: HEAD gets the head of GET and no more', async () => {
  await using fixture = await HttpFixture.listen()
  fixture.publish('a')
  const client = await fixture.send('HEAD /a.flv HTTP/1.1\r\nHost: localhost\r\n\r\n')
  assert.match(await client.head(), /^HTTP\/1\.1 200 OK\r\n[^]*content-type: video\/x-flv/i)
  await client.closed()
  assert.equal(client.body.length, 0)
  assert.equal(fixture.eventsOf('play.started').length, 0)
})

test('HTTP-FLV: a client of HTTP/1.0 plays', async () => {
  await using fixture = await HttpFixture.listen()
  const publication = fixture.publish('a')
  publication.write(videoFrame(0, true))
  publication.write(audioFrame(0))
  const client = await fixture.send('GET /a.flv HTTP/1.0\r\n\r\n')
  assert.match(await client.head(), /^HTTP\/1\.1 200 OK\r\n/)
  assert.equal((await client.bodyOf(fileHeaderSize)).toString('hex', 0, fileHeaderSize), bothKinds)
})

test('HTTP-FLV: a name may be percent-encoded, once', async () => {
  await using fixture = await HttpFixture.listen()
  fixture.publish('live/te~st')
  assert.match(await (await fixture.get('/live%2Fte%7Est.flv')).head(), / 200 /)
  assert.match(await (await fixture.get('/live/te~st.flv?anything=1')).head(), / 200 /)
  assert.match(await (await fixture.get('/live%252Fte~st.flv')).head(), / 400 /)
})

test('HTTP-FLV: a name of 255 bytes plays, encoded or not', async () => {
  await using fixture = await HttpFixture.listen()
  const name = 'n'.repeat(255)
  fixture.publish(name)
  assert.match(await (await fixture.get(`/${name}.flv`)).head(), / 200 /)
  assert.match(await (await fixture.get(`/${'%6e'.repeat(255)}.flv`)).head(), / 200 /)
  assert.match(await (await fixture.get(`/${name}n.flv`)).head(), / 400 /)
})

for (const target of [
  '/../../etc/passwd.flv',
  '/%2e%2e/%2e%2e/etc/passwd.flv',
  '/..%2f..%2fetc%2fpasswd.flv',
  '/live/%00.flv',
  '/live//test.flv',
  '/.flv',
  '/a/.flv',
  '/live/te%20st.flv',
  '/%c3%a4.flv',
  '/1/2/3/4/5/6/7/8/9.flv',
]) {
  test(`HTTP-FLV: ${target} is no stream`, async () => {
    await using fixture = await HttpFixture.listen()
    const { status, head, json } = await (await fixture.get(target)).answer()
    assert.equal(status, 400)
    assert.match(head, /content-type: application\/problem\+json/i)
    assert.equal(json['title'], 'Bad Request')
    assert.match(String(json['detail']), /^Cannot play this stream/)
  })
}

test('HTTP-FLV: a target with broken percent-encoding is refused', async () => {
  await using fixture = await HttpFixture.listen()
  const { status, head } = await (await fixture.get('/live/%zz.flv')).answer()
  assert.equal(status, 400)
  assert.match(head, /application\/problem\+json/)
})

test('HTTP-FLV: a stream that nobody publishes is not found, and that is an event and a log line', async () => {
  await using fixture = await HttpFixture.listen()
  const { status, json } = await (await fixture.get('/live/nobody.flv')).answer()
  assert.equal(status, 404)
  assert.deepEqual(json, {
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: 'Cannot play live/nobody: nobody publishes it',
  })
  const reason = 'Cannot play live/nobody: nobody publishes it'
  const { peer } = fixture.events[0] as { peer: string }
  const who = { connection: 'http-1', protocol: 'http-flv', peer, url: '', query: '' }
  assert.deepEqual(fixture.events, [{ type: 'play.refused', stream: 'live/nobody', reason, ...who }])
  assert.deepEqual(
    fixture.log.lines.map(({ code }) => code),
    ['HTTP_PLAY_REFUSED'],
  )
})

test('HTTP-FLV: with ?wait= a viewer waits for the publisher', async () => {
  await using fixture = await HttpFixture.listen()
  const client = await fixture.get('/a.flv?wait=10s')
  await (await fixture.get('/healthz')).answer()
  const publication = fixture.publish('a')
  publication.write(videoFrame(0, true))
  publication.write(audioFrame(0))
  assert.match(await client.head(), / 200 /)
  await client.bodyOf(fileHeaderSize)
})

test('HTTP-FLV: waiting ends after the time asked for, and after the longest allowed', async () => {
  await using fixture = await HttpFixture.listen({ play: { maxWait: 20_000 } })
  const [short, long] = [await fixture.get('/a.flv?wait=10s'), await fixture.get('/a.flv?wait=1h')]
  await (await fixture.get('/healthz')).answer()
  fixture.clock.advance(10_000)
  assert.equal((await short.answer()).status, 404)
  assert.equal(long.body.length, 0)
  fixture.clock.advance(10_000)
  assert.equal((await long.answer()).status, 404)
})

for (const query of ['wait=soon', 'wait=', 'wait=-1s', 'wait=1s&wait=2s']) {
  test(`HTTP-FLV: ?${query} is refused`, async () => {
    await using fixture = await HttpFixture.listen()
    const { status, json } = await (await fixture.get(`/a.flv?${query}`)).answer()
    assert.equal(status, 400)
    assert.match(String(json['detail']), /wait must be a duration/)
  })
}

test('HTTP-FLV: a viewer who leaves is forgotten', async () => {
  await using fixture = await HttpFixture.listen()
  const publication = fixture.publish('a')
  const client = await fixture.get('/a.flv?token=s3cret&x=%20y')
  await client.head()
  const stream = fixture.registry.get('a')
  assert.equal(stream?.subscribers.size, 1)
  fixture.clock.advance(40)
  client.destroy()
  await fixture.until(() => fixture.eventsOf('play.stopped').length === 1)
  assert.equal(stream?.subscribers.size, 0)
  const { peer } = fixture.events[0] as { peer: string }
  const who = { stream: 'a', connection: 'http-1', protocol: 'http-flv', peer, url: '', query: 'x=%20y' }
  const { durationMs } = fixture.events[1] as { durationMs: number }
  assert.ok(durationMs >= 40, `${durationMs} ms`)
  assert.deepEqual(fixture.events, [
    { type: 'play.started', ...who },
    { type: 'play.stopped', reason: 'Viewer left', durationMs, bytes: 0, ...who },
  ])
  publication.write(videoFrame(0, true))
})

test('HTTP-FLV: the viewer stays while the publisher is away, and goes on when it returns', async () => {
  await using fixture = await HttpFixture.listen()
  const first = fixture.publish('a')
  first.write(videoFrame(1000, true))
  first.write(audioFrame(1000))
  const client = await fixture.get('/a.flv')
  const tags = () => readTags(client.body.subarray(fileHeaderSize))
  await client.until(() => tags().length === 4)
  first.close()
  fixture.clock.advance(4000)
  const second = fixture.publish('a')
  const newVideo = { ...videoTrack, config: Uint8Array.of(9) }
  second.write(videoFrame(0, true, 1, 0xbb, newVideo))
  await client.until(() => tags().length === 6)
  assert.deepEqual(tags().slice(4), [
    { type: 'video', time: 0, body: '170000000009' },
    { type: 'video', time: 0, body: videoBody(true, 'bb', 1) },
  ])
})

test('HTTP-FLV: when the publisher does not return, the response ends', async () => {
  await using fixture = await HttpFixture.listen()
  const publication = fixture.publish('a')
  publication.write(videoFrame(0, true))
  publication.write(audioFrame(0))
  const client = await fixture.get('/a.flv')
  await client.bodyOf(fileHeaderSize)
  publication.close()
  fixture.clock.advance(5000)
  await client.closed()
  assert.equal(client.hasLastChunk, true)
  await fixture.until(() => fixture.eventsOf('play.stopped').length === 1)
  assert.deepEqual(fixture.endings, ['Stream ended'])
})

test('HTTP-FLV: a viewer who reads nothing costs bounded memory and holds nobody up', async () => {
  await using fixture = await HttpFixture.listen()
  const publication = fixture.publish('a')
  publication.write(videoFrame(0, true))
  publication.write(audioFrame(0))
  const [slow, quick] = [await fixture.get('/a.flv'), await fixture.get('/a.flv')]
  const headSize = (await slow.head()).length + 4
  const startSize = headSize + (await slow.bodyOf(114)).length
  await quick.bodyOf(114)
  slow.pause()
  const tagSize = 100_000 + 5 + 15
  for (let count = 1; count <= 200; count++) {
    publication.write(videoFrame(count * 40, count % 5 === 0, tagSize - 20, count))
    if (count % 5 === 0) await fixture.until(() => quick.byteCount >= startSize + count * tagSize)
  }
  const [slowReader, quickReader] = [...(fixture.registry.get('a')?.subscribers ?? [])]
  assert.equal(quickReader?.counters.framesDropped, 0)
  // What has left is what the kernel buffers, and one run at most waits in the process.
  assert((slowReader?.counters.bytesSent ?? 0) < 12e6, `${slowReader?.counters.bytesSent} bytes`)

  slow.resume()
  await slow.until(() => slow.byteCount - headSize === slowReader?.counters.bytesSent)
  publication.write(videoFrame(201 * 40, false, 3, 0xee))
  await fixture.until(() => readTags(slow.body.subarray(fileHeaderSize)).at(-1)?.body.endsWith('eeeeee') === true)
  assert((slowReader?.counters.framesDropped ?? 0) > 20)
  const frames = readTags(slow.body.subarray(fileHeaderSize)).filter(({ type }) => type === 'video')
  const jumps = frames.slice(1).filter((frame, i) => frame.time - (frames[i]?.time ?? 0) > 40)
  assert.deepEqual([...new Set(jumps.map(({ body }) => body.slice(0, 4)))], ['1701'])
})

test('HTTP-FLV: a second request on the connection of a viewer ends it', async () => {
  await using fixture = await HttpFixture.listen()
  fixture.publish('a')
  const client = await fixture.get('/a.flv')
  await client.head()
  client.send('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await client.closed()
  assert.equal(client.body.length, 0)
})

test('HTTP-FLV: garbage on the connection of a viewer ends it without an answer', async () => {
  await using fixture = await HttpFixture.listen()
  fixture.publish('a')
  const client = await fixture.get('/a.flv')
  await client.head()
  client.send('\0\0\0\0\r\n\r\n')
  await client.closed()
  assert.equal(client.body.length, 0)
})

test('HTTP-FLV: a play behind an unanswered request of the same connection is refused', async () => {
  await using fixture = await HttpFixture.listen()
  fixture.publish('a')
  const client = await fixture.send(
    'GET /b.flv?wait=10s HTTP/1.1\r\nHost: localhost\r\n\r\nGET /a.flv HTTP/1.1\r\nHost: localhost\r\n\r\n',
  )
  await client.closed()
  assert.equal(fixture.registry.get('a')?.subscribers.size, 0)
})

test('HTTP-FLV: draining ends viewers, those who wait, and refuses new ones', async () => {
  await using fixture = await HttpFixture.listen()
  const publication = fixture.publish('a')
  publication.write(videoFrame(0, true))
  publication.write(audioFrame(0))
  const [watches, waits] = [await fixture.get('/a.flv'), await fixture.get('/b.flv?wait=30s')]
  await watches.bodyOf(fileHeaderSize)
  await (await fixture.get('/healthz')).answer()
  await fixture.server.drain()
  await watches.closed()
  assert.equal((await waits.answer()).status, 503)
  assert.equal((await (await fixture.get('/a.flv')).answer()).status, 503)
  assert.deepEqual(fixture.endings, ['Server shuts down'])
})
