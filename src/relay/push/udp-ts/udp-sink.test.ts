import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeClock } from '../../../../test/support/fake-clock.ts'
import { settingsOfAll } from '../../../../test/support/stream-settings.ts'
import { WireLog } from '../../../hub/wire-log.ts'
import { UdpSink } from './udp-sink.ts'
import { parseUdpTarget } from './udp-target.ts'

/** A sink, and a log whose records it is given at once. */
class Fixture {
  readonly clock = new FakeClock()
  readonly sent: { readonly at: number; readonly size: number }[] = []
  readonly outlet = {
    pending: 0,
    send: ({ length }: Uint8Array) => void this.sent.push({ at: this.clock.now(), size: length }),
  }
  readonly sink: UdpSink
  readonly #log = new WireLog(settingsOfAll()('').limits)

  constructor(parameters = '') {
    const target = parseUdpTarget(`udp://192.0.2.1:5000${parameters}`)
    this.sink = new UdpSink({ target, clock: this.clock, outlet: this.outlet, onEnd: () => undefined })
  }

  /** A record of null packets. */
  write(time: number, packets: number): void {
    const at = this.#log.reserve(188 * packets)
    for (let i = 0; i < packets; i++) this.#log.bytes.set([0x47, 0x1f, 0xff, 0x10], at + i * 188)
    this.#log.commit(time, 0, { isJoinPoint: false, isRestart: false }, [])
    const { tail } = this.#log
    this.sink.write(this.#log.run(tail, tail.recordCount - 1))
  }
}

test('udp sink: a large picture is spread over its time, not sent at once', () => {
  const fixture = new Fixture()
  fixture.write(0, 7)
  fixture.write(40, 70)
  fixture.clock.advance(100)
  assert.equal(fixture.sent.length, 11)
  assert.ok(fixture.sent.every(({ size }) => size === 1316))
  for (let from = 0; from < 40; from += 4) {
    const count = fixture.sent.filter(({ at }) => at > from + 4 && at <= from + 8).length
    assert.ok(count <= 2, `${count} datagrams from ${from} ms on`)
  }
  assert.equal(fixture.sink.bytesSent, 77 * 188)
  assert.equal(fixture.clock.pendingCount, 0)
})

test('udp sink: what comes in portions leaves evenly', () => {
  const fixture = new Fixture()
  for (let portion = 0; portion < 20; portion++) {
    for (let i = 1; i <= 5; i++) fixture.write(portion * 200 + i * 40, 35)
    fixture.clock.advance(200)
  }
  // The first portion is 160 ms long.
  const sent = fixture.sent.slice(25)
  const gaps = sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? 0))
  assert.ok(Math.max(...gaps) <= 12, `${Math.max(...gaps)} ms`)
})

test('udp sink: with a second waiting, or a system that takes nothing, it is busy', () => {
  const fixture = new Fixture()
  fixture.write(0, 7)
  for (let time = 100; time <= 1200; time += 100) fixture.write(time, 7)
  assert.equal(fixture.sink.isBusy, true)
  fixture.clock.advance(500)
  assert.equal(fixture.sink.isBusy, false)
  fixture.outlet.pending = 2 * 1024 * 1024
  assert.equal(fixture.sink.isBusy, true)
})

test('udp sink: what waits is sent before the end, up to the last packet', async () => {
  const fixture = new Fixture()
  fixture.write(0, 7)
  fixture.write(40, 8)
  const drained = fixture.sink.drained()
  fixture.clock.advance(100)
  await drained
  assert.deepEqual(
    fixture.sent.map(({ size }) => size),
    [1316, 1316, 188],
  )
  await fixture.sink.drained()
})

test('udp sink: once closed it sends nothing more', async () => {
  const fixture = new Fixture()
  fixture.write(0, 14)
  const drained = fixture.sink.drained()
  fixture.sink.close()
  await drained
  fixture.clock.advance(100)
  assert.deepEqual(fixture.sent, [])
})

test('udp sink: at a constant rate, each tenth of a second has as much as the others', () => {
  const fixture = new Fixture('?bitrate=3008k')
  for (let time = 0; time <= 2000; time += 40) {
    fixture.write(time, time % 400 === 0 ? 100 : 20)
    fixture.clock.advance(40)
  }
  const counts = Array.from({ length: 18 }, (_, i) => {
    const [from, to] = [(i + 1) * 100, (i + 2) * 100]
    return fixture.sent.filter(({ at }) => at > from && at <= to).length
  })
  // 2000 packets in a second are 28.6 datagrams in a tenth.
  for (const count of counts) assert.ok(count >= 26 && count <= 31, counts.join(' '))
})
