import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { type PathManners, perfectPath } from '../../../test/support/lossy-path.ts'
import { SrtLink, type SrtLinkOptions } from '../../../test/support/srt-link.ts'
import type { Milliseconds } from '../../core/units.ts'
import { decodeControlPacket } from './control-packet.ts'
import { isControlPacket } from './packet.ts'

const payload = new Uint8Array(7 * 188)
/** 3 Mbit/s. */
const packetsPerSecond = 285

/** Sends at a steady rate, and lets the last packets be played. Returns how many were sent. */
function stream(link: SrtLink, seconds: number): number {
  let [sent, allowed] = [0, 0]
  link.run(seconds * 1000, () => {
    for (allowed += packetsPerSecond / 1000; allowed >= 1; allowed--) {
      link.send(payload)
      sent++
    }
  })
  link.run(1500)
  return sent
}

function open(manners: Partial<PathManners>, latency: Milliseconds, options: SrtLinkOptions = {}): SrtLink {
  const agreed = { receiveLatency: latency * 1000, sendLatency: latency * 1000 }
  return new SrtLink({ ...perfectPath, ...manners }, { ...agreed, ...options })
}

type Cell = { readonly rtt: Milliseconds; readonly jitter: Milliseconds; readonly latency: Milliseconds }

describe('lossy network: nothing is missing', () => {
  const cells: readonly Cell[] = [20, 60].flatMap(rtt =>
    [0, 30].flatMap(jitter => [120, 200, 400].map(latency => ({ rtt, jitter, latency }))),
  )
  /** There is time to ask once: twice the RTT and what packets in disorder take are as long as the latency. */
  const isHopeless = ({ rtt, jitter, latency }: Cell): boolean => rtt === 60 && jitter === 30 && latency === 120

  for (const percent of [2, 5]) {
    for (const cell of cells.filter(each => !isHopeless(each))) {
      const { rtt, jitter, latency } = cell
      test(`with ${percent} % of loss, RTT ${rtt} ms, jitter ${jitter} ms, latency ${latency} ms`, () => {
        const link = open({ delay: rtt * 500, jitter: jitter * 1000, loss: percent / 100 }, latency)
        const sent = stream(link, 20)
        const { statistics } = link.listener.session
        assert.equal(statistics.pktRcvDrop, 0)
        assert.equal(link.listener.payloads.length, sent)
        assert.ok(statistics.pktRcvLoss > (sent * percent * 0.7) / 100, `${statistics.pktRcvLoss} lost`)
      })
    }

    test(`or nearly, with ${percent} %, RTT 60 ms, jitter 30 ms and no time for a third try`, () => {
      const link = open({ delay: 30_000, jitter: 30_000, loss: percent / 100 }, 120)
      const sent = stream(link, 20)
      const { pktRcvDrop } = link.listener.session.statistics
      assert.equal(link.listener.payloads.length + pktRcvDrop, sent)
      assert.ok(pktRcvDrop < sent * 0.004, `${pktRcvDrop} of ${sent} dropped`)
    })
  }

  test('where packets come twice', () => {
    const link = open({ delay: 10_000, jitter: 5000, loss: 0.02, duplication: 0.5 }, 200)
    const sent = stream(link, 10)
    assert.equal(link.listener.payloads.length, sent)
    assert.ok(link.listener.session.statistics.pktRcvBelated > 1000)
  })

  test('where sequence numbers and timestamps begin anew', () => {
    const untilWrap = 5_000_000
    const times = { startedAt: untilWrap - 2 ** 32, peerTimestamp: 2 ** 32 - untilWrap }
    const link = open({ delay: 20_000, jitter: 10_000, loss: 0.05 }, 200, times)
    const sent = stream(link, 10)
    assert.equal(link.listener.payloads.length, sent)
    assert.ok(sent > 0x100, 'sequence numbers begin 0x100 before their end')
  })
})

describe('lossy network: a group of pictures at once', () => {
  /** 4 MB, as a player gets them who joins. */
  const burstOf = 3000

  test('loses nothing, though it takes longer than the latency', () => {
    const link = open({ delay: 20_000, loss: 0.02 }, 120)
    link.run(500, () => link.send(payload))
    burst(link, burstOf)
    link.run(2000)
    assert.equal(link.listener.payloads.length, 500 + burstOf)
  })

  test('does not overrun a link whose bandwidth is told', () => {
    const [bandwidth, maxBandwidth] = [2_500_000, 19_000_000]
    const link = open({ delay: 20_000, loss: 0.02, bandwidth, queue: 50_000 }, 200, { limits: { maxBandwidth } })
    link.run(500, () => link.send(payload))
    burst(link, burstOf)
    link.run(4000)
    assert.equal(link.listener.payloads.length, 500 + burstOf)
  })
})

describe('lossy network: what is sent again', () => {
  test('is what got lost, and little more', () => {
    const link = open({ delay: 20_000, loss: 0.05 }, 200)
    const sent = stream(link, 20)
    const { pktRetrans } = link.caller.session.statistics
    assert.ok(pktRetrans < sent * 0.06, `${pktRetrans} of ${sent}`)
  })

  test('is told from what comes in disorder, where that is tolerated', () => {
    const manners = { delay: 20_000, jitter: 30_000, loss: 0.02 }
    const [strict, tolerant] = [0, 30].map(reorderTolerance => {
      const link = open(manners, 400, { limits: { reorderTolerance } })
      const sent = stream(link, 20)
      assert.equal(link.listener.payloads.length, sent)
      return link
    }) as [SrtLink, SrtLink]
    const [all, few] = [strict, tolerant].map(({ caller }) => caller.session.statistics.pktRetrans) as [number, number]
    assert.ok(few < all / 3, `${few} instead of ${all}`)
    const { pktReorderTolerance, pktReorderDistance } = tolerant.listener.session.report(tolerant.now)
    assert.ok(pktReorderTolerance > 0 && pktReorderTolerance <= pktReorderDistance, `${pktReorderTolerance}`)
    assert.ok(pktReorderDistance >= 6 && pktReorderDistance <= 10, `${pktReorderDistance}`)
    assert.equal(strict.listener.session.report(strict.now).pktReorderTolerance, 0)
  })
})

describe('lossy network: over an hour', () => {
  for (const ppm of [100, -100]) {
    test(`a clock that is off by ${ppm} ppm moves no packet by more than 10 ms`, { timeout: 30_000 }, () => {
      const link = new SrtLink(perfectPath, { skew: ppm / 1e6 })
      const sentAt: number[] = []
      link.run(3_600_000, () => {
        if (link.now % 40_000 !== 0) return
        sentAt.push(link.now)
        link.send(payload)
      })
      link.run(500)
      assert.equal(link.listener.times.length, sentAt.length)
      const delays = link.listener.times.map((time, i) => (time - (sentAt[i] ?? 0)) / 1000)
      const [least, most] = delays.reduce(([low, high], each) => [Math.min(low, each), Math.max(high, each)], [999, 0])
      assert.ok(least >= 118 && most <= 141, `${least} to ${most} ms`)
    })
  }
})

test('lossy network: the peer is told what the link can carry', () => {
  const link = open({ bandwidth: 1_000_000 }, 120)
  const capacities: number[] = []
  link.onPacket = (packet, from) => {
    const control = from === 'listener' && isControlPacket(packet) ? decodeControlPacket(packet) : undefined
    if (control?.type !== 'ack') return
    const { link: report } = control.acknowledgement
    if (report?.rates !== undefined) capacities.push(report.rates.capacityPacketsPerSecond)
  }
  for (let i = 0; i < 40; i++) link.run(100, () => link.now % 20_000 === 0 && burst(link, 4))
  const last = capacities.at(-1) ?? 0
  const fullSize = 1456 + 16
  assert.ok(Math.abs(last * fullSize - 1_000_000) < 50_000, `${last} packets/s`)
})

function burst(link: SrtLink, count: number): void {
  for (let i = 0; i < count; i++) link.send(payload)
}
