import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { audioFrame, videoFrame } from '../../test/support/sample-frames.ts'
import { settingsOfAll } from '../../test/support/stream-settings.ts'
import type { PlacedFrame, WireFormat } from '../contracts/wire-format.ts'
import type { Publication, PublicationEnd } from './publication.ts'
import type { Stream } from './stream.ts'
import { StreamRegistry } from './stream-registry.ts'
import type { StreamSettings } from './stream-settings.ts'
import type { PeerInfo } from './subscriber.ts'
import type { WireLog, WireRun } from './wire-log.ts'
import { WireReader, type WireSink } from './wire-reader.ts'

const viewer: PeerInfo = { id: 'viewer', protocol: 'test', peer: 'there', since: 0 }
const part: PeerInfo = { id: 'recorder', protocol: 'file', peer: 'recorder', since: 0, isPart: true }

/** One byte per frame: its decode time. */
const plainFormat: WireFormat = {
  name: 'plain',
  createMuxer: out => ({
    write: ({ time, isJoinPoint, tracks }: PlacedFrame) => {
      const at = out.reserve(1)
      out.bytes[at] = time
      out.commit(time, 0, { isJoinPoint, isRestart: false }, tracks)
    },
  }),
}

/** What one player was sent. */
class KeptWrites implements WireSink {
  readonly isBusy = false
  readonly isSecure: boolean
  readonly needsSettledStream = false
  readonly bytesSent = 0
  /** One list of times per write. */
  readonly writes: number[][] = []

  constructor(isSecure: boolean) {
    this.isSecure = isSecure
  }

  start(): void {}
  publisherLeft(): void {}
  publisherReturned(): void {}
  end(): void {}

  write(run: WireRun, _log: WireLog): void {
    this.writes.push([...run.bytes])
  }
}

type SetUp = {
  readonly clock: FakeClock
  readonly registry: StreamRegistry
  readonly stream: Stream
  readonly publication: Publication
  readonly ends: PublicationEnd[]
  readonly play: (info?: PeerInfo, isSecure?: boolean) => { readonly sink: KeptWrites; readonly reader: WireReader }
  readonly change: (settings: Partial<StreamSettings>) => void
}

function setUp(settings: Partial<StreamSettings> = {}): SetUp {
  const clock = new FakeClock()
  let settingsOf = settingsOfAll(settings)
  const registry = new StreamRegistry({
    clock,
    settingsOf: name => settingsOf(name),
    wireLinger: 1000,
    onConflict: 'reject',
    resumeTimeout: 1000,
  })
  const ends: PublicationEnd[] = []
  const result = registry.publish('live/test', { info: viewer, onEnd: end => ends.push(end) })
  const stream = registry.getLive('live/test')
  assert.ok(result.ok && stream !== undefined)
  const play = (info = viewer, isSecure = false) => {
    const sink = new KeptWrites(isSecure)
    return { sink, reader: new WireReader(stream, plainFormat, info, sink) }
  }
  const change = (changed: Partial<StreamSettings>): void => {
    settingsOf = settingsOfAll(changed)
    registry.applySettings()
  }
  return { clock, registry, stream, publication: result.publication, ends, play, change }
}

test('gop cache: with it a player starts at the newest key frame', () => {
  const { clock, publication, play } = setUp()
  for (const [time, isKey] of [
    [0, true],
    [40, false],
  ] as const)
    publication.write(videoFrame(time, isKey))
  const { sink } = play()
  clock.advance(0)
  assert.deepEqual(sink.writes, [[0, 40]])
})

test('gop cache: without it a player waits for the next key frame, and has dropped nothing', () => {
  const { clock, publication, play } = setUp({ hasGopCache: false })
  publication.write(videoFrame(0, true))
  publication.write(videoFrame(40, false))
  const { sink, reader } = play()
  clock.advance(0)
  publication.write(videoFrame(80, false))
  clock.advance(0)
  assert.deepEqual(sink.writes, [])
  publication.write(videoFrame(120, true))
  publication.write(audioFrame(121))
  clock.advance(0)
  assert.deepEqual(sink.writes, [[120, 121]])
  assert.equal(reader.counters.framesDropped, 0)
})

test('gop cache: a group that has outgrown its frames is not started in the middle', () => {
  const { clock, publication, play } = setUp({
    limits: { gopBytes: 1e6, gopTime: 1e6, gopFrames: 2, lagBytes: 1e6, lagTime: 1e6 },
  })
  for (const time of [0, 40, 80, 120]) publication.write(videoFrame(time, time === 0))
  const { sink } = play()
  clock.advance(0)
  assert.deepEqual(sink.writes, [])
})

for (const { who, isSecure, settings } of [
  { who: 'a player', isSecure: false, settings: { sendInterval: 100 } },
  { who: 'an encrypted player', isSecure: true, settings: { secureSendInterval: 100 } },
]) {
  test(`send interval: what comes between two writes to ${who} goes out together, and others get it at once`, () => {
    const { clock, publication, play } = setUp(settings)
    publication.write(videoFrame(0, true))
    const [{ sink }, { sink: other }] = [play(viewer, isSecure), play(viewer, !isSecure)]
    clock.advance(0)
    for (const time of [1, 2, 3]) {
      clock.advance(30)
      publication.write(videoFrame(time, false))
    }
    assert.deepEqual(sink.writes, [[0]])
    clock.advance(40)
    assert.deepEqual(sink.writes, [[0], [1, 2, 3]])
    assert.deepEqual(other.writes, [[0], [1], [2], [3]])
  })
}

test('send interval: when the publisher leaves, what waited for it goes out at once', () => {
  const { clock, publication, play } = setUp({ sendInterval: 100 })
  publication.write(videoFrame(0, true))
  const { sink } = play()
  clock.advance(0)
  publication.write(videoFrame(1, false))
  publication.close()
  assert.deepEqual(sink.writes, [[0], [1]])
})

test('no viewers: a publisher whom nobody watches is ended after its time', () => {
  const { clock, ends } = setUp({ unwatchedTimeout: 10_000 })
  clock.advance(9999)
  assert.deepEqual(ends, [])
  clock.advance(1)
  assert.deepEqual(ends, ['unwatched'])
})

test('no viewers: somebody who watches stops the time, and it begins again when the last one leaves', () => {
  const { clock, ends, play } = setUp({ unwatchedTimeout: 10_000 })
  clock.advance(9000)
  const [first, second] = [play().reader, play().reader]
  clock.advance(60_000)
  first.close()
  clock.advance(60_000)
  second.close()
  clock.advance(9999)
  assert.deepEqual(ends, [])
  clock.advance(1)
  assert.deepEqual(ends, ['unwatched'])
})

test('no viewers: a recorder and other parts of the server do not watch', () => {
  const { clock, ends, play } = setUp({ unwatchedTimeout: 10_000 })
  play(part)
  clock.advance(10_000)
  assert.deepEqual(ends, ['unwatched'])
})

test('no viewers: a changed time counts from the change on, and 0 stops it', () => {
  const { clock, ends, change } = setUp({ unwatchedTimeout: 10_000 })
  clock.advance(9000)
  change({ unwatchedTimeout: 2000 })
  clock.advance(1999)
  change({ unwatchedTimeout: 0 })
  clock.advance(60_000)
  assert.deepEqual(ends, [])
  change({ unwatchedTimeout: 500 })
  clock.advance(500)
  assert.deepEqual(ends, ['unwatched'])
})

test('settings: changed limits hold for readers and logs that are there', () => {
  const { stream, publication, play, change } = setUp()
  publication.write(videoFrame(0, true))
  play()
  const limits = { gopBytes: 1e6, gopTime: 1e6, gopFrames: 1, lagBytes: 1e6, lagTime: 1e6 }
  change({ limits })
  assert.equal(stream.frames.limits, limits)
  assert.equal(stream.openWire(plainFormat).limits, limits)
  publication.write(videoFrame(40, false))
  assert.equal(stream.frames.join, undefined)
})
