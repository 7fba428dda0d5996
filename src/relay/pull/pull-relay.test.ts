import assert from 'node:assert/strict'
import { test } from 'vitest'
import { publishSettingsOfAll } from '../../../test/support/path-settings.ts'
import { RelayFixture } from '../../../test/support/relay-fixture.ts'
import { type Manner, type SessionConnection, SessionServer } from '../../../test/support/rtmp-session-server.ts'
import type { Message } from '../../protocols/rtmp/message.ts'
import { parseUrlTemplate } from '../url-template.ts'
import { PullRelay, type PullRelayOptions, type PullSettings } from './pull-relay.ts'
import { parsePullUrl } from './pull-url.ts'
import { RtmpInput } from './rtmp/rtmp-input.ts'

const { signal } = new AbortController()

function settingsFrom(url: string): PullSettings {
  return { pull: parseUrlTemplate(url, parsePullUrl), pullOnDemand: true, pullLinger: 2000 }
}

/** A relay for the streams below `far`. */
function relayOf(fixture: RelayFixture, far: () => PullSettings): PullRelay {
  const none: PullSettings = { pull: undefined, pullOnDemand: true, pullLinger: 2000 }
  const of = (name: string): PullSettings => (name.startsWith('far/') ? far() : none)
  const publishSettings = publishSettingsOfAll({})
  const createInput: PullRelayOptions['createInput'] = pullUrl => {
    assert.ok(pullUrl.protocol === 'rtmp')
    return new RtmpInput(pullUrl, { ...fixture.context, silenceTimeout: 15_000 })
  }
  const settings = { general: none, of }
  return new PullRelay({ ...fixture.context, settings, publishSettings, createInput, startTimeout: () => 10_000 })
}

function relayFrom(fixture: RelayFixture, url: string): PullRelay {
  const settings = settingsFrom(url)
  return relayOf(fixture, () => settings)
}

/** Plays sound to everybody at once. */
const playsSound: Manner = connection => ({
  onPlay: ({ streamId }) => {
    connection.session.acceptPlay(streamId)
    connection.message(sound)
  },
})

const sound: Message = { type: 8, streamId: 1, timestamp: 40, payload: Uint8Array.of(0x2f, 0xff, 0xfb, 0x90, 0x64) }

test('pull: on demand, it begins when somebody waits, and ends when nobody has come for a while', async () => {
  let plays = 0
  await using server = await SessionServer.listen(connection => ({
    onPlay: ({ streamId }) => {
      connection.session.acceptPlay(streamId)
      plays++
    },
  }))
  const fixture = new RelayFixture()
  const relay = relayFrom(fixture, server.url)
  relay.open([])
  assert.equal(await fixture.registry.waitLive('live/test', 0, signal), undefined)
  assert.deepEqual(relay.list(), [])
  const waiting = fixture.registry.waitLive('far/test', 0, signal)
  await fixture.until(() => plays === 1)
  const [connection = assert.fail()] = server.connections
  assert.equal(fixture.registry.getLive('far/test'), undefined)
  connection.message(sound)
  assert.equal((await waiting)?.name, 'far/test')
  assert.equal(relay.list()[0]?.state, 'receiving')
  fixture.clock.advance(13_000)
  await fixture.until(() => fixture.registry.getLive('far/test') === undefined)
  assert.deepEqual(relay.list(), [])
  await relay.close()
  assert.deepEqual(
    fixture.events.map(({ type }) => type),
    ['relay.started', 'publish.started', 'relay.stopped', 'publish.stopped'],
  )
})

test('pull: a name that somebody else publishes is left to them', async () => {
  await using server = await SessionServer.listen(playsSound)
  const fixture = new RelayFixture()
  const publication = fixture.publish('far/test')
  const relay = relayFrom(fixture, server.url)
  relay.open(['far/test'])
  await fixture.until(() => relay.list()[0]?.lastError !== undefined)
  assert.equal(relay.list()[0]?.lastError, 'Cannot pull far/test: somebody else publishes it')
  assert.equal(publication.isOpen, true)
  publication.close()
  await fixture.until(() => relay.list()[0]?.state === 'receiving')
  await relay.close()
  assert.equal(fixture.registry.getLive('far/test'), undefined)
})

test('pull: media that is malformed, a lost connection and an end are failures that are tried again', async () => {
  const deeds: readonly ((connection: SessionConnection) => void)[] = [
    connection => connection.message({ type: 9, streamId: 1, timestamp: 0, payload: Uint8Array.of(0x17, 1) }),
    ({ socket }) => socket.destroy(),
    ({ session }) => session.stop(1),
  ]
  let attempts = 0
  await using server = await SessionServer.listen(connection => ({
    onPlay: ({ streamId }) => {
      connection.session.acceptPlay(streamId)
      deeds[attempts++]?.(connection)
    },
  }))
  const fixture = new RelayFixture()
  const relay = relayFrom(fixture, server.url)
  relay.open(['far/test'])
  const errors = new Set<string>()
  await fixture.until(() => {
    const { lastError } = relay.list()[0] ?? {}
    if (lastError !== undefined) errors.add(lastError)
    return attempts === 4
  })
  const [malformed, lost, ended] = [...errors]
  assert.match(malformed ?? '', /Cannot decode FLV video tag/)
  assert.match(lost ?? '', /the server has closed the connection/)
  assert.match(ended ?? '', /the stream has ended there/)
  await relay.close()
})

test('pull: a stream that comes from elsewhere now is pulled from there, and one that comes from nowhere is over', async () => {
  await using old = await SessionServer.listen(playsSound)
  await using other = await SessionServer.listen(playsSound)
  const fixture = new RelayFixture()
  let far = settingsFrom(old.url)
  const relay = relayOf(fixture, () => far)
  relay.open([])
  await fixture.registry.waitLive('far/test', 0, signal)
  assert.equal(old.connections.length, 1)
  relay.applySettings([])
  assert.equal(relay.list()[0]?.state, 'receiving')
  far = settingsFrom(other.url)
  relay.applySettings([])
  // Time stands still: nobody waits for ever.
  while (relay.list()[0]?.state !== 'receiving') await new Promise(setImmediate)
  assert.ok(fixture.registry.getLive('far/test'))
  assert.equal(other.connections.length, 1)
  await fixture.until(() => old.connections[0]?.socket.destroyed === true)
  far = { ...far, pull: undefined }
  relay.applySettings([])
  assert.deepEqual(relay.list(), [])
  await fixture.until(() => fixture.registry.getLive('far/test') === undefined)
  await relay.close()
})

test('pull: streams that are wanted always now begin, and others end when nobody plays them', async () => {
  await using server = await SessionServer.listen(playsSound)
  const fixture = new RelayFixture()
  const relay = relayFrom(fixture, server.url)
  const receiving = (): readonly (string | undefined)[] =>
    relay.list().flatMap(({ stream, state }) => (state === 'receiving' ? [stream] : []))
  relay.open(['far/one'])
  await fixture.until(() => receiving().length === 1)
  relay.applySettings(['far/one', 'far/two'])
  await fixture.until(() => receiving().length === 2)
  assert.equal(server.connections.length, 2)
  relay.applySettings(['far/two'])
  await fixture.until(() => receiving().length === 1)
  assert.deepEqual(receiving(), ['far/two'])
  await relay.close()
})
