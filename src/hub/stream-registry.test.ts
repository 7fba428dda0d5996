import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { PlainFormat, RecordingSink } from '../../test/support/plain-wire.ts'
import { audioFrame, audioTrack, videoFrame, videoTrack } from '../../test/support/sample-frames.ts'
import { settingsOfAll } from '../../test/support/stream-settings.ts'
import type { PublicationEnd, PublisherPort } from './publication.ts'
import type { Stream } from './stream.ts'
import { type ConflictRule, StreamRegistry } from './stream-registry.ts'
import type { PeerInfo } from './subscriber.ts'
import { WireReader } from './wire-reader.ts'

const info: PeerInfo = { id: 'test-1', protocol: 'test', peer: 'here', since: 0 }
const limits = { gopBytes: 1e6, gopTime: 30_000, gopFrames: 2500, lagBytes: 1e6, lagTime: 5000 }

function setUp(onConflict: ConflictRule = 'reject'): { clock: FakeClock; registry: StreamRegistry } {
  const clock = new FakeClock()
  const settingsOf = settingsOfAll({ limits })
  const registry = new StreamRegistry({ clock, settingsOf, wireLinger: 10_000, onConflict, resumeTimeout: 30_000 })
  return { clock, registry }
}

function port(ends: PublicationEnd[] = []): PublisherPort {
  return { info, onEnd: reason => ends.push(reason) }
}

function publish(registry: StreamRegistry, name = 'live/test', ends: PublicationEnd[] = []) {
  const result = registry.publish(name, port(ends))
  assert.ok(result.ok)
  const stream = registry.getLive(name)
  assert.ok(stream !== undefined)
  return { publication: result.publication, stream }
}

test('registry: one publisher per name, the second is refused', () => {
  const { registry } = setUp()
  const { publication } = publish(registry)
  assert.deepEqual(registry.publish('live/test', port()), { ok: false, reason: 'occupied' })
  publication.close()
  assert.equal(registry.publish('live/test', port()).ok, true)
})

test('registry: with the rule "replace" the second publisher takes over and readers stay', () => {
  const { registry, clock } = setUp('replace')
  const ends: PublicationEnd[] = []
  const { stream, publication } = publish(registry, 'live/test', ends)
  const sink = new RecordingSink()
  new WireReader(stream, new PlainFormat(), info, sink)
  const second = publish(registry)
  assert.equal(second.stream, stream)
  assert.deepEqual(ends, ['replaced'])
  publication.write(videoFrame(1, true))
  second.publication.write(videoFrame(2, true))
  clock.advance(0)
  assert.deepEqual(sink.times, [2])
  assert.deepEqual(sink.calls, ['left', 'returned', 'start h264'])
})

test('registry: with the rule "replace" a stream without readers is taken over too', () => {
  const { registry } = setUp('replace')
  publish(registry)
  const { publication } = publish(registry)
  assert.equal(publication.isOpen, true)
  assert.equal(registry.getLive('live/test')?.publication, publication)
})

test('registry: an invalid name is refused and leaves nothing behind', () => {
  const { registry } = setUp()
  assert.deepEqual(registry.publish('live/../x', port()), { ok: false, reason: 'invalid-name' })
  assert.deepEqual([...registry.streams], [])
})

test('registry: a stream without publisher and readers is gone at once', () => {
  const { registry } = setUp()
  const { publication } = publish(registry)
  publication.close()
  assert.deepEqual([...registry.streams], [])
})

test('registry: readers of a lost publisher resume with the next one', () => {
  const { registry, clock } = setUp()
  const { stream, publication } = publish(registry)
  const sink = new RecordingSink()
  new WireReader(stream, new PlainFormat(), info, sink)
  publication.write(videoFrame(1, true))
  clock.advance(0)
  publication.close()
  clock.advance(29_000)
  const next = publish(registry)
  next.publication.write(videoFrame(2, false))
  next.publication.write(videoFrame(3, true))
  clock.advance(60_000)
  assert.deepEqual(sink.times, [1, 3])
  assert.deepEqual(sink.calls, ['start h264', 'left', 'returned'])
})

test('registry: readers of a lost publisher are ended when nobody comes back', () => {
  const { registry, clock } = setUp()
  const { stream, publication } = publish(registry)
  const sink = new RecordingSink()
  new WireReader(stream, new PlainFormat(), info, sink)
  publication.close()
  clock.advance(30_000)
  assert.deepEqual(sink.calls, ['left', 'end ended'])
  assert.deepEqual([...registry.streams], [])
  assert.equal(clock.pendingCount, 0)
})

test('registry: a new reader of a stream whose publisher has left does not get the old pictures', () => {
  const { registry, clock } = setUp()
  const { stream, publication } = publish(registry)
  const format = new PlainFormat()
  new WireReader(stream, format, info, new RecordingSink())
  publication.write(videoFrame(1, true))
  publication.close()
  const late = new RecordingSink()
  new WireReader(stream, format, info, late)
  clock.advance(100)
  assert.deepEqual(late.times, [])
})

test('registry: waiting ends with the publisher, the time-out, or the signal', async () => {
  const { registry, clock } = setUp()
  const { signal } = new AbortController()
  const early = registry.waitLive('live/test', 5000, signal)
  const { stream } = publish(registry)
  assert.equal(await early, stream)

  const late = registry.waitLive('live/other', 5000, signal)
  clock.advance(5000)
  assert.equal(await late, undefined)

  const quitter = new AbortController()
  const quit = registry.waitLive('live/other', 5000, quitter.signal)
  quitter.abort()
  assert.equal(await quit, undefined)
  assert.equal(clock.pendingCount, 0)
})

test('registry: observers hear of publishers, not of readers', () => {
  const { registry } = setUp()
  const heard: string[] = []
  registry.observe({ onLive: s => heard.push(`live ${s.name}`), onIdle: s => heard.push(`idle ${s.name}`) })
  const { stream, publication } = publish(registry)
  const reader = new WireReader(stream, new PlainFormat(), info, new RecordingSink())
  publication.close()
  reader.close()
  assert.deepEqual(heard, ['live live/test', 'idle live/test'])
})

test('registry: shutdown ends publishers and readers and takes no new ones', () => {
  const { registry } = setUp()
  const ends: PublicationEnd[] = []
  const { stream } = publish(registry, 'live/test', ends)
  const sink = new RecordingSink()
  new WireReader(stream, new PlainFormat(), info, sink)
  registry.close('shutdown')
  assert.deepEqual(ends, ['shutdown'])
  assert.equal(sink.calls.at(-1), 'end shutdown')
  assert.deepEqual(registry.publish('live/test', port()), { ok: false, reason: 'shutdown' })
})

test('stream: a frame is muxed once for all readers of a format, and not at all without one', () => {
  const { registry, clock } = setUp()
  const { stream, publication } = publish(registry)
  const format = new PlainFormat()
  publication.write(videoFrame(1, true))
  assert.equal(format.muxed, 0)
  const readers = [1, 2, 3].map(() => new WireReader(stream, format, info, new RecordingSink()))
  publication.write(videoFrame(2, false))
  assert.equal(format.muxed, 2)
  for (const reader of readers) reader.close()
  clock.advance(10_000)
  publication.write(videoFrame(3, true))
  assert.equal(format.muxed, 2)
})

test('stream: a late reader starts at the last key frame, told the tracks in force there', () => {
  const { registry, clock } = setUp()
  const { stream, publication } = publish(registry)
  for (let dts = 0; dts < 250; dts += 10) {
    publication.write(videoFrame(dts, dts % 100 === 0))
    publication.write(audioFrame(dts + 5))
  }
  const sink = new RecordingSink()
  new WireReader(stream, new PlainFormat(), info, sink)
  clock.advance(0)
  assert.deepEqual(sink.calls, ['start h264+aac'])
  assert.equal(sink.times[0], 200)
  assert.equal(sink.times.at(-1), 245)
})

test('stream: who waited starts at the first key frame, though the second comes at once', () => {
  const { registry, clock } = setUp()
  const { stream, publication } = publish(registry)
  const sink = new RecordingSink()
  new WireReader(stream, new PlainFormat(), info, sink)
  clock.advance(0)
  for (const time of [1, 41, 81]) {
    publication.write(audioFrame(time - 1))
    publication.write(videoFrame(time, time !== 41))
  }
  clock.advance(0)
  assert.deepEqual(sink.times, [1, 40, 41, 80, 81])
  assert.deepEqual(sink.calls, ['start h264+aac'])
})

for (const needsSettledStream of [false, true]) {
  const who = needsSettledStream ? 'who waited for a second track' : 'who has found no place yet'
  test(`stream: ${who} gets the one group of a publisher who leaves at once`, () => {
    const { registry, clock } = setUp()
    const { stream, publication } = publish(registry)
    const sink = new RecordingSink(needsSettledStream)
    new WireReader(stream, new PlainFormat(), info, sink)
    for (const time of [1, 41, 81]) publication.write(videoFrame(time, time === 1))
    publication.close()
    assert.deepEqual(sink.times, [1, 41, 81])
    assert.deepEqual(sink.calls, ['start h264', 'left'])
    clock.advance(0)
    const late = new RecordingSink(needsSettledStream)
    new WireReader(stream, new PlainFormat(), info, late)
    clock.advance(0)
    assert.deepEqual(late.calls, [])
  })
}

test('stream: who waited for a second track in vain starts at the first key frame', () => {
  const { registry, clock } = setUp()
  const { stream, publication } = publish(registry)
  const sink = new RecordingSink(true)
  new WireReader(stream, new PlainFormat(), info, sink)
  for (const time of [0, 100, 200]) {
    publication.write(videoFrame(time, time === 0))
    clock.advance(100)
  }
  assert.deepEqual(sink.times, [])
  publication.write(videoFrame(1000, true))
  assert.deepEqual(sink.times, [0, 100, 200])
})

test('stream: an audio-only stream starts with a short burst', () => {
  const { registry, clock } = setUp()
  const { stream, publication } = publish(registry)
  for (let dts = 0; dts < 5000; dts += 20) publication.write(audioFrame(dts))
  const sink = new RecordingSink()
  new WireReader(stream, new PlainFormat(), info, sink)
  clock.advance(0)
  assert.equal(sink.times.length, 50)
})

test('stream: video before the first key frame is not let in', () => {
  const { registry, clock } = setUp()
  const { stream, publication } = publish(registry)
  const sink = new RecordingSink()
  new WireReader(stream, new PlainFormat(), info, sink)
  publication.write(videoFrame(1, false))
  publication.write(videoFrame(2, true))
  clock.advance(0)
  assert.deepEqual(sink.times, [2])
  assert.equal(stream.framesBeforeKey, 1)
})

test('stream: a busy reader is skipped, catches up, and jumps when it was away too long', () => {
  const { registry, clock } = setUp()
  const { stream, publication } = publish(registry)
  const slow = new RecordingSink()
  const quick = new RecordingSink()
  const format = new PlainFormat()
  const reader = new WireReader(stream, format, info, slow)
  new WireReader(stream, format, info, quick)
  const write = (dts: number): void => {
    publication.write(videoFrame(dts, dts % 100 === 0))
    clock.advance(10)
  }
  write(0)
  slow.isBusy = true
  write(10)
  slow.isBusy = false
  clock.advance(20)
  assert.deepEqual(slow.times, [0, 10])
  slow.isBusy = true
  for (let dts = 20; dts <= 6010; dts += 10) write(dts)
  slow.isBusy = false
  slow.times.length = 0
  write(6020)
  assert.deepEqual(
    slow.times,
    [6000, 6010, 6020].map(dts => dts & 0xff),
  )
  assert.equal(reader.counters.framesDropped, 598)
  assert.equal(quick.times.length, 603)
})

test('stream: formats that announce tracks up front wait until the tracks are known, for a second at most', () => {
  const { registry, clock } = setUp()
  const both = publish(registry, 'live/both')
  const sink = new RecordingSink(true)
  new WireReader(both.stream, new PlainFormat(), info, sink)
  both.publication.write(videoFrame(0, true))
  clock.advance(0)
  assert.deepEqual(sink.calls, [])
  both.publication.declare(audioTrack)
  both.publication.write(videoFrame(40, false))
  clock.advance(0)
  assert.deepEqual(sink.calls, ['start h264'])

  const silent = publish(registry, 'live/silent')
  const other = new RecordingSink(true)
  new WireReader(silent.stream, new PlainFormat(), info, other)
  silent.publication.write(videoFrame(0, true))
  silent.publication.write(videoFrame(1000, false))
  clock.advance(0)
  assert.deepEqual(other.calls, ['start h264'])
})

test('registry: nobody finds a detached stream, whose readers wait for no tracks but those that were declared', () => {
  const { registry, clock } = setUp()
  let changes = 0
  const stream = registry.createDetached('live/test', () => changes++)
  const publication = stream.publish({ info, onEnd: () => undefined })
  publication.declare(videoTrack)
  const sink = new RecordingSink(true)
  new WireReader(stream, new PlainFormat(), info, sink)
  publication.write(videoFrame(0, true))
  clock.advance(0)
  assert.deepEqual([sink.calls, changes], [['start h264'], 2])
  assert.equal(registry.get('live/test'), undefined)
  sink.isBusy = true
  publication.write(videoFrame(40, false))
  assert.equal(stream.flush(), true)
  sink.isBusy = false
  assert.equal(stream.flush(), false)
  assert.deepEqual(sink.times, [0, 40])
  stream.close('ended')
})

test('stream: tracks and counters are those of the present publisher', () => {
  const { registry } = setUp()
  const { stream, publication } = publish(registry)
  const keepAlive: Stream = stream
  new WireReader(keepAlive, new PlainFormat(), info, new RecordingSink())
  publication.write(videoFrame(0, true, 100))
  publication.write(audioFrame(0, 10))
  assert.deepEqual(stream.tracks, [videoTrack, audioTrack])
  assert.equal(stream.bytesIn, 110)
  publication.close()
  assert.deepEqual(stream.tracks, [])
})

test('registry: a publisher that returns continues from the newest frame of all tracks, not from the last', () => {
  const { registry } = setUp()
  const first = registry.publish('live/test', port())
  assert.ok(first.ok)
  assert.equal(first.publication.continuesFrom, undefined)
  const live = registry.getLive('live/test')
  assert.ok(live)
  new WireReader(live, new PlainFormat(), info, new RecordingSink())
  for (const frame of [videoFrame(0, true), audioFrame(60), videoFrame(40, false)]) first.publication.write(frame)
  first.publication.close()
  const second = registry.publish('live/test', port())
  assert.ok(second.ok)
  assert.equal(second.publication.continuesFrom, 60)
})

test('registry: an observer that expects a publisher makes players wait, also those who would not', async () => {
  const { clock, registry } = setUp()
  const wanted: string[] = []
  registry.observe({ onLive: () => undefined })
  registry.observe({
    onWanted: name => {
      wanted.push(name)
      return name === 'far/test' ? 5000 : 0
    },
  })
  const { signal } = new AbortController()
  assert.equal(await registry.waitLive('live/test', 0, signal), undefined)
  const found = registry.waitLive('far/test', 0, signal)
  const missed = registry.waitLive('far/test', 100, signal)
  clock.advance(4999)
  registry.publish('far/test', port())
  assert.equal((await found)?.name, 'far/test')
  assert.equal((await missed)?.name, 'far/test')
  assert.equal((await registry.waitLive('far/test', 0, signal))?.name, 'far/test')
  assert.deepEqual(wanted, ['live/test', 'far/test', 'far/test'])
})
