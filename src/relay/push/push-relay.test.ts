import assert from 'node:assert/strict'
import { test } from 'vitest'
import { RelayFixture } from '../../../test/support/relay-fixture.ts'
import { type Manner, SessionServer } from '../../../test/support/rtmp-session-server.ts'
import { audioFrame, audioTrack, videoFrame, videoTrack } from '../../../test/support/sample-frames.ts'
import type { RelayStatus } from '../../contracts/relays.ts'
import type { Track } from '../../media/track.ts'
import { commandMessage } from '../../protocols/rtmp/command.ts'
import { parseUrlTemplate, type UrlTemplate } from '../url-template.ts'
import { PushRelay } from './push-relay.ts'
import { type PushUrl, parsePushUrl } from './push-url.ts'
import { RtmpOutput } from './rtmp/rtmp-output.ts'

function templates(urls: readonly string[]): readonly UrlTemplate<PushUrl>[] {
  return urls.map(url => parseUrlTemplate(url, parsePushUrl))
}

function createRelay(
  { context }: RelayFixture,
  general: { readonly push: readonly UrlTemplate<PushUrl>[] },
): PushRelay {
  const createOutput = (url: PushUrl): RtmpOutput => {
    assert.ok(url.protocol === 'rtmp')
    return new RtmpOutput(url, context)
  }
  const settings = { general, of: () => general }
  return new PushRelay({ ...context, settings, createOutput, configured: () => general.push })
}

function relayTo(fixture: RelayFixture, ...urls: readonly string[]): PushRelay {
  return createRelay(fixture, { push: templates(urls) })
}

function stateOf(relay: PushRelay, stream: string): RelayStatus['state'] | undefined {
  return relay.list().find(status => status.stream === stream)?.state
}

test('push: it starts at the key frame with headers, and goes on with the shared bytes', async () => {
  await using server = await SessionServer.listen()
  const fixture = new RelayFixture()
  const relay = relayTo(fixture, server.url)
  assert.deepEqual(
    relay.list().map(({ state, stream }) => [state, stream]),
    [['idle', undefined]],
  )
  const publication = fixture.publish('live/test')
  publication.write(videoFrame(0, true))
  publication.write(videoFrame(40, false))
  await fixture.until(() => stateOf(relay, 'live/test') === 'sending')
  publication.write(audioFrame(50))
  publication.write(videoFrame(80, false))
  const { media } = server.connections[0] ?? assert.fail()
  await fixture.until(() => media.length >= 6)
  const times = media.map(({ type, timestamp, payload }) => [type, timestamp, payload[1]])
  assert.deepEqual(
    times.filter(([type]) => type === 9),
    [
      [9, 0, 0],
      [9, 0, 1],
      [9, 40, 1],
      [9, 80, 1],
    ],
  )
  assert.deepEqual(
    times.filter(([type]) => type === 8),
    [
      [8, 50, 0],
      [8, 50, 1],
    ],
  )
  await relay.close()
  assert.deepEqual(
    fixture.events.map(({ type }) => type),
    ['relay.started', 'relay.stopped'],
  )
})

test('push: one that the server could not go on with is tried again', async () => {
  await using server = await SessionServer.listen()
  const fixture = new RelayFixture()
  const relay = relayTo(fixture, server.url)
  fixture.publish('live/test').write(videoFrame(0, true))
  await fixture.until(() => stateOf(relay, 'live/test') === 'sending')
  const stream = fixture.registry.getLive('live/test') ?? assert.fail()
  for (const subscriber of stream.subscribers) stream.dismiss(subscriber, 'failed')
  await fixture.until(() => stateOf(relay, 'live/test') === 'waiting')
  await fixture.until(() => stateOf(relay, 'live/test') === 'sending')
  await relay.close()
  const reasons = fixture.events.flatMap(event => (event.type === 'relay.failed' ? event.reason : []))
  assert.deepEqual(reasons, ['Cannot send live/test on: this server has failed'])
})

test('push: a destination that refuses is tried again, each time later', async () => {
  let attempts = 0
  await using server = await SessionServer.listen(connection => ({
    onPublish: ({ streamId }) => {
      attempts++
      connection.session.refuse(streamId, 'NetStream.Publish.Denied', 'No topsecret')
    },
  }))
  const fixture = new RelayFixture()
  const relay = relayTo(fixture, server.url)
  fixture.publish('live/test')
  await fixture.until(() => attempts === 4)
  await fixture.until(() => stateOf(relay, 'live/test') === 'waiting')
  const [{ failures, lastError, retryIn } = assert.fail()] = relay.list()
  assert.equal(failures, 4)
  assert.match(lastError ?? '', /the server says "No …" \(NetStream\.Publish\.Denied\)$/)
  assert.ok((retryIn ?? 0) > 3900 && (retryIn ?? 0) <= 8000, `${retryIn}`)
  await relay.close()
  assert.deepEqual(stateOf(relay, 'live/test'), undefined)
})

test('push: what sends waits for the publisher to return, what does not ends with it', async () => {
  await using server = await SessionServer.listen()
  const fixture = new RelayFixture()
  const relay = relayTo(fixture, server.url.replace('topsecret', '{key}'), 'rtmp://127.0.0.1:1/{name}')
  const first = fixture.publish('live/test')
  first.write(videoFrame(0, true))
  await fixture.until(() => relay.list().some(({ state }) => state === 'sending'))
  await fixture.until(() => relay.list().some(({ state }) => state === 'waiting'))
  first.close()
  assert.deepEqual(
    relay
      .list()
      .filter(({ stream }) => stream !== undefined)
      .map(({ state }) => state),
    ['sending'],
  )
  const second = fixture.publish('live/test')
  second.write(videoFrame(0, true, 10, 7))
  const { media } = server.connections[0] ?? assert.fail()
  await fixture.until(() => media.some(({ payload }) => payload[5] === 7))
  assert.equal(server.connections.length, 1)
  second.close()
  fixture.clock.advance(5000)
  await fixture.until(() => relay.list().every(({ stream }) => stream === undefined))
  await relay.close()
})

test('push: a request to reconnect is obeyed, and if that fails, the first place is tried again', async () => {
  await using other = await SessionServer.listen()
  await using server = await SessionServer.listen()
  const fixture = new RelayFixture()
  const relay = relayTo(fixture, server.url)
  fixture.publish('live/test').write(videoFrame(0, true))
  await fixture.until(() => stateOf(relay, 'live/test') === 'sending')
  server.connections[0]?.requestReconnect(`rtmp://127.0.0.1:${other.port}/live`)
  await fixture.until(() => (other.connections[0]?.media.length ?? 0) > 0)
  assert.equal(relay.list()[0]?.failures, 0)
  other.connections[0]?.socket.destroy()
  await fixture.until(() => server.connections.length === 2)
  await relay.close()
})

/** Answers `connect` as a server does that takes no picture by FourCC. */
const takesSoundOnly: Manner = connection => ({
  onConnect: () => {
    const info = { level: 'status', code: 'NetConnection.Connect.Success' }
    const args = [{ fourCcList: ['mp4a', 'Opus'] }, info]
    connection.message(commandMessage(0, { name: '_result', transactionId: 1, args }), 3)
    connection.session.acceptConnect()
  },
})

const av1Track: Track = { ...videoTrack, codec: 'av1', codecLabel: 'AV1' }

test('push: a destination that has not announced a codec is sent the rest, and the status says so', async () => {
  await using server = await SessionServer.listen(takesSoundOnly)
  const fixture = new RelayFixture()
  const relay = relayTo(fixture, server.url)
  const publication = fixture.publish('live/test')
  publication.declare(audioTrack)
  publication.write(videoFrame(0, true, 10, 0, av1Track))
  publication.write(audioFrame(10))
  await fixture.until(() => relay.list()[0]?.tracksLeftOut.join() === 'AV1')
  await fixture.until(() => (server.connections[0]?.media.length ?? 0) >= 2)
  assert.deepEqual(
    server.connections[0]?.media.map(({ type }) => type),
    [8, 8],
  )
  assert.equal(stateOf(relay, 'live/test'), 'sending')
  await relay.close()
})

test('push: a destination that has announced none of the codecs has failed, and is told to be', async () => {
  await using server = await SessionServer.listen(takesSoundOnly)
  const fixture = new RelayFixture()
  const relay = relayTo(fixture, server.url)
  const publication = fixture.publish('live/test')
  for (const time of [0, 1000]) publication.write(videoFrame(time, true, 10, 0, av1Track))
  await fixture.until(() => stateOf(relay, 'live/test') === 'waiting')
  assert.match(relay.list()[0]?.lastError ?? '', /^Cannot send live\/test on to \S+: the server has not announced AV1$/)
  await relay.close()
})

test('push: a slow destination is skipped ahead, and nothing piles up for it', async () => {
  await using server = await SessionServer.listen()
  const fixture = new RelayFixture()
  const relay = relayTo(fixture, server.url)
  const publication = fixture.publish('live/test')
  publication.write(videoFrame(0, true))
  await fixture.until(() => (server.connections[0]?.media.length ?? 0) > 0)
  const { socket } = server.connections[0] ?? assert.fail()
  socket.pause()
  for (let i = 1; (relay.list()[0]?.framesDropped ?? 0) === 0; i++) {
    publication.write(videoFrame(i * 40, i % 25 === 0, 50_000))
    fixture.clock.advance(40)
    if (i === 400) socket.resume()
    await new Promise(setImmediate)
  }
  assert.equal(relay.list()[0]?.failures, 0)
  await relay.close()
})

test('push: a changed configuration ends what is asked for no more and begins what is new, and no other', async () => {
  await using one = await SessionServer.listen()
  await using two = await SessionServer.listen()
  await using three = await SessionServer.listen()
  const fixture = new RelayFixture()
  const general = { push: templates([one.url, two.url]) }
  const relay = createRelay(fixture, general)
  fixture.publish('live/test').write(videoFrame(0, true))
  await fixture.until(() => relay.list().filter(({ state }) => state === 'sending').length === 2)
  general.push = templates([two.url, three.url])
  relay.applySettings()
  await fixture.until(() => (three.connections[0]?.media.length ?? 0) > 0)
  await fixture.until(() => one.connections[0]?.socket.destroyed === true)
  const sending = relay.list().filter(({ state }) => state === 'sending')
  assert.deepEqual(
    sending.map(({ url }) => Number(/:(\d+)/.exec(url)?.[1])),
    [two.port, three.port],
  )
  assert.equal(two.connections.length, 1)
  await relay.close()
})

test('push: destinations that look the same are told apart by their numbers, which they keep', async () => {
  await using server = await SessionServer.listen()
  const fixture = new RelayFixture()
  const [one, two] = ['one', 'two'].map(key => server.url.replace('topsecret', key)) as [string, string]
  const general = { push: templates([one, two]) }
  const relay = createRelay(fixture, general)
  const numbers = (): readonly (number | undefined)[] => relay.list().map(({ destination }) => destination)
  assert.deepEqual(numbers(), [1, 2])
  fixture.publish('live/test').write(videoFrame(0, true))
  await fixture.until(() => relay.list().every(({ state }) => state === 'sending'))
  assert.equal(new Set(relay.list().map(({ url }) => url)).size, 1)
  assert.deepEqual(numbers(), [1, 2])
  const told = fixture.events.map(event => 'destination' in event && event.destination)
  assert.deepEqual(new Set(told), new Set([1, 2]))
  general.push = templates([`${two}x`, two])
  relay.applySettings()
  await fixture.until(() => relay.list().every(({ state }) => state === 'sending'))
  assert.deepEqual(numbers(), [2, 3])
  general.push = templates([one])
  relay.applySettings()
  assert.deepEqual(numbers(), [1])
  await relay.close()
})
