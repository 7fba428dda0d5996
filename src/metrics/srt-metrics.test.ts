import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { perfectPath } from '../../test/support/lossy-path.ts'
import { SrtLink } from '../../test/support/srt-link.ts'
import { settingsOfAll } from '../../test/support/stream-settings.ts'
import { StreamRegistry } from '../hub/stream-registry.ts'
import type { PeerInfo, Subscriber } from '../hub/subscriber.ts'
import { type SrtReport, zeroStatistics } from '../protocols/srt/statistics.ts'
import { MetricsRegistry } from './metrics-registry.ts'
import { ReportBook } from './report-book.ts'
import { type SrtReports, srtMetrics } from './srt-metrics.ts'

const idle = new SrtLink(perfectPath).caller.session.report(0)

class Fixture {
  readonly registry: StreamRegistry
  readonly srt: SrtReports
  readonly #metrics: MetricsRegistry

  constructor() {
    const settings = { settingsOf: settingsOfAll(), wireLinger: 0, onConflict: 'reject', resumeTimeout: 5000 } as const
    this.registry = new StreamRegistry({ clock: new FakeClock(), ...settings })
    this.srt = new ReportBook(zeroStatistics(), this.registry)
    this.#metrics = new MetricsRegistry([srtMetrics(this.srt, this.registry)])
    const result = this.registry.publish('a', { info: peer('srt-1'), onEnd: () => undefined })
    assert(result.ok)
  }

  play(id: string): void {
    this.registry.get('a')?.subscribe(player(id))
  }

  /** Returns what closes the connection. */
  open(connection: string, facts: Partial<SrtReport>): () => void {
    const report = { ...idle, ...facts }
    const reporter = { connection, stream: 'a', counters: () => report, report: () => report }
    this.srt.open(reporter)
    return () => this.srt.close(reporter)
  }

  async value(name: string): Promise<unknown> {
    return (await this.#metrics.values())[name]
  }
}

function peer(id: string): PeerInfo {
  return { id, protocol: 'srt', peer: 'test', since: 0 }
}

function player(id: string): Subscriber {
  return {
    info: peer(id),
    counters: { bytesSent: 0, framesDropped: 0, lag: 0 },
    wake: () => false,
    publisherLeft: () => undefined,
    publisherReturned: () => undefined,
    end: () => undefined,
  }
}

test('srt metrics: totals are of all connections, the closed ones too', async () => {
  const fixture = new Fixture()
  fixture.open('srt-1', { pktRecv: 100, byteRecv: 136_000, pktRcvLoss: 7, pktRcvUndecrypt: 2, pktRcvBelated: 3 })
  const leave = fixture.open('srt-2', { pktSent: 50, pktSndLoss: 4, pktRetrans: 5, pktSndDrop: 6 })
  fixture.open('srt-3', { pktSent: 1 })
  leave()
  for (const [name, received, sent] of [
    ['packets', 100, 51],
    ['bytes', 136_000, 0],
    ['packets_lost', 7, 4],
    ['packets_retransmitted', 0, 5],
    ['packets_dropped', 0, 6],
  ] as const) {
    const expected = [
      { direction: 'received', value: received },
      { direction: 'sent', value: sent },
    ]
    assert.deepEqual(await fixture.value(`sluice_srt_${name}_total`), expected, name)
  }
  assert.equal(await fixture.value('sluice_srt_packets_undecryptable_total'), 2)
  assert.equal(await fixture.value('sluice_srt_packets_belated_total'), 3)
  assert.deepEqual(await fixture.value('sluice_stream_srt_packets_lost_total'), [
    { stream: 'a', direction: 'received', value: 7 },
    { stream: 'a', direction: 'sent', value: 4 },
  ])
})

test('srt metrics: a stream has one round trip and buffer for its publisher, and one for all who read it', async () => {
  const fixture = new Fixture()
  fixture.open('srt-1', { msRTT: 20, msRcvBuf: 110 })
  for (const [id, msRTT, msSndBuf] of [
    ['srt-2', 50, 40],
    ['srt-3', 30, 60],
  ] as const) {
    fixture.play(id)
    fixture.open(id, { msRTT, msSndBuf })
  }
  fixture.play('rtmp-1')
  assert.deepEqual(await fixture.value('sluice_stream_srt_rtt_seconds'), [
    { stream: 'a', role: 'publisher', value: 0.02 },
    { stream: 'a', role: 'subscriber', value: 0.05 },
  ])
  assert.deepEqual(await fixture.value('sluice_stream_srt_buffer_seconds'), [
    { stream: 'a', role: 'publisher', value: 0.11 },
    { stream: 'a', role: 'subscriber', value: 0.06 },
  ])
})
