import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { audioFrame, videoFrame, videoTrack } from '../../test/support/sample-frames.ts'
import { settingsOfAll } from '../../test/support/stream-settings.ts'
import type { ServerEvent } from '../contracts/events.ts'
import type { Publication } from '../hub/publication.ts'
import { StreamRegistry } from '../hub/stream-registry.ts'
import type { Subscriber } from '../hub/subscriber.ts'
import { StreamEvents } from './stream-events.ts'

const info = { id: 'rtmp-1', protocol: 'rtmp', peer: '192.0.2.1:5000', since: 0 }

class Fixture {
  readonly clock = new FakeClock()
  readonly events: ServerEvent[] = []
  readonly registry: StreamRegistry

  constructor() {
    const { clock, events } = this
    const settings = { settingsOf: settingsOfAll(), wireLinger: 0, resumeTimeout: 5000 }
    this.registry = new StreamRegistry({ clock, onConflict: 'reject', ...settings })
    this.registry.observe(new StreamEvents(clock, { emit: event => events.push(event) }))
  }

  publish(): Publication {
    const result = this.registry.publish('a', { info, onEnd: () => undefined })
    assert(result.ok)
    return result.publication
  }

  /** The events since the last call. */
  take(): ServerEvent[] {
    this.clock.advance(0)
    return this.events.splice(0)
  }
}

function reader(): Subscriber {
  const counters = { bytesSent: 0, framesDropped: 0, lag: 0 }
  const ignore = (): void => undefined
  return { info, counters, wake: () => false, publisherLeft: ignore, publisherReturned: ignore, end: ignore }
}

test('stream events: a stream comes with its publisher and goes when nobody waits any more', () => {
  const fixture = new Fixture()
  const publication = fixture.publish()
  assert.deepEqual(fixture.take(), [{ type: 'stream.created', stream: 'a' }])
  publication.close()
  assert.deepEqual(fixture.take(), [{ type: 'stream.removed', stream: 'a' }])
})

test('stream events: a codec is told once, and again when it or its size has changed', () => {
  const fixture = new Fixture()
  const publication = fixture.publish()
  fixture.take()
  const told = (track = videoTrack): ServerEvent[] => {
    publication.write(videoFrame(0, true, 1, 0, track))
    return fixture.take()
  }
  const video = { type: 'codec.detected', stream: 'a', kind: 'video', codec: videoTrack.codecLabel } as const
  const sized = { ...videoTrack, generation: 1, video: { width: 640, height: 360 } }
  assert.deepEqual(told(), [{ ...video, width: 1280, height: 720 }])
  assert.deepEqual(told({ ...videoTrack }), [])
  assert.deepEqual(told(sized), [{ ...video, width: 640, height: 360 }])
  publication.write(audioFrame(0))
  assert.equal(fixture.take().length, 1)
})

test('stream events: readers who come and go in one moment are one event', () => {
  const fixture = new Fixture()
  const publication = fixture.publish()
  fixture.take()
  const stream = fixture.registry.get('a')
  const readers = Array.from({ length: 100 }, reader)
  for (const one of readers) stream?.subscribe(one)
  assert.deepEqual(fixture.take(), [{ type: 'subscribers.changed', stream: 'a', count: 100 }])
  for (const one of readers.slice(1)) stream?.unsubscribe(one)
  stream?.subscribe(reader())
  assert.deepEqual(fixture.take(), [{ type: 'subscribers.changed', stream: 'a', count: 2 }])
  publication.close()
  fixture.clock.advance(6000)
  assert.deepEqual(fixture.take(), [
    { type: 'subscribers.changed', stream: 'a', count: 0 },
    { type: 'stream.removed', stream: 'a' },
  ])
})
