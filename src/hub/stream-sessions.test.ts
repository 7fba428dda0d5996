import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { videoFrame } from '../../test/support/sample-frames.ts'
import { settingsOfAll } from '../../test/support/stream-settings.ts'
import type { EndReason } from '../contracts/end-reason.ts'
import { StreamRegistry } from './stream-registry.ts'
import { sessionsOf } from './stream-sessions.ts'
import type { PeerInfo, Subscriber } from './subscriber.ts'

class Rig {
  readonly clock = new FakeClock()
  readonly registry = new StreamRegistry({
    clock: this.clock,
    settingsOf: settingsOfAll(),
    ...{ wireLinger: 0, onConflict: 'reject', resumeTimeout: 5000 },
  })
  readonly ends: string[] = []

  publish(more: Partial<PeerInfo> = {}) {
    const info = { id: 'rtmp-1', protocol: 'rtmp', peer: '192.0.2.1:4000', since: 0, ...more }
    const result = this.registry.publish('live/a', { info, onEnd: reason => this.ends.push(`${info.id} ${reason}`) })
    assert.ok(result.ok)
    return result.publication
  }

  subscribe(id: string, more: Partial<PeerInfo> = {}): void {
    const subscriber: Subscriber = {
      info: { id, protocol: 'srt', peer: '192.0.2.2:4000', since: 0, ...more },
      counters: { bytesSent: 9, framesDropped: 0, lag: 0 },
      activeAt: 3,
      wake: () => false,
      publisherLeft: () => undefined,
      publisherReturned: () => undefined,
      end: (reason: EndReason) => this.ends.push(`${id} ${reason}`),
    }
    this.registry.get('live/a')?.subscribe(subscriber)
  }

  get sessions() {
    return sessionsOf(this.registry.streams)
  }
}

test('stream sessions: publishers, players and relays are seen, and parts of the server are not', () => {
  const rig = new Rig()
  rig.publish()
  rig.subscribe('srt-1')
  rig.subscribe('recorder', { isPart: true })
  rig.subscribe('push-1', { isPart: true, isRelay: true })
  const seen = rig.sessions.map(({ info, role, bytes }) => [info.id, role, bytes])
  assert.deepEqual(seen, [
    ['rtmp-1', 'publisher', 0],
    ['srt-1', 'player', 9],
    ['push-1', 'relay', 9],
  ])
})

test('stream sessions: what a publisher sends refreshes its session', () => {
  const rig = new Rig()
  const publication = rig.publish()
  assert.equal(rig.sessions[0]?.activeAt, undefined)
  for (let ms = 0; ms < 60_000; ms += 1000) {
    publication.write(videoFrame(ms, true, 100))
    assert.equal(rig.sessions[0]?.activeAt, rig.clock.now())
    rig.clock.advance(1000)
  }
  assert.ok((rig.sessions[0]?.bytes ?? 0) >= 6000)
})

test('stream sessions: who is ended is gone from the stream, and nobody else', () => {
  const rig = new Rig()
  rig.publish()
  rig.subscribe('srt-1')
  rig.subscribe('srt-2')
  rig.sessions.find(({ info }) => info.id === 'srt-1')?.end()
  assert.deepEqual(rig.ends, ['srt-1 kicked'])
  rig.sessions.find(({ role }) => role === 'publisher')?.end()
  assert.deepEqual(rig.ends, ['srt-1 kicked', 'rtmp-1 kicked'])
  assert.deepEqual(
    rig.sessions.map(({ info }) => info.id),
    ['srt-2'],
  )
})

test('stream sessions: a pulled stream is fetched by a relay', () => {
  const rig = new Rig()
  rig.publish({ id: 'pull-1', peer: 'rtmp://far/live', isRelay: true })
  assert.deepEqual(
    rig.sessions.map(({ role }) => role),
    ['relay'],
  )
})
