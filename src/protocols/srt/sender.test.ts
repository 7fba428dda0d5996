import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { decodeDataPacket } from './data-packet.ts'
import { RoundTrip } from './round-trip.ts'
import { Sender } from './sender.ts'
import { zeroStatistics } from './statistics.ts'

const rtt = 40_000
const packetTime = 5000

/** A sender that has sent numbered packets, one each 5 ms, and whose round trip time is known. */
class SteadySender {
  readonly statistics = zeroStatistics()
  readonly sent: number[] = []
  readonly sender: Sender
  now = 0

  constructor({ peerRepeatsReports = true, latency = 1_000_000 } = {}) {
    const roundTrip = new RoundTrip()
    roundTrip.addReport(rtt, 0)
    this.sender = new Sender({
      initialSequence: 0,
      flowWindow: 8192,
      latency,
      peerSocketId: 1,
      peerRepeatsReports,
      maxBandwidth: 0,
      roundTrip,
      statistics: this.statistics,
      startedAt: 0,
      now: 0,
      transmit: packet => void this.sent.push(decodeDataPacket(packet).sequence),
    })
  }

  send(count: number): void {
    for (let i = 0; i < count; i++) {
      this.sender.push({ key: 'none', payload: new Uint8Array(100) }, this.now)
      this.sender.flush(this.now)
      this.wait(packetTime)
    }
  }

  /** Let time pass. Returns what is sent meanwhile. */
  wait(time: number): readonly number[] {
    const before = this.sent.length
    for (const end = this.now + time; this.now < end; ) {
      this.now += packetTime
      this.sender.tick(this.now)
    }
    return this.sent.slice(before)
  }

  /** The peer misses one packet. Returns what is sent at once. */
  miss(sequence: number): readonly number[] {
    const before = this.sent.length
    this.sender.reportLoss([{ first: sequence, last: sequence }], this.now)
    return this.sent.slice(before)
  }

  acknowledge(sequence: number): void {
    this.sender.acknowledge({ number: 0, sequence }, this.now)
  }
}

describe('sender: what is missing is sent again', () => {
  test('at once, and not a second time before the peer can know of it', () => {
    const steady = new SteadySender()
    steady.send(10)
    assert.deepEqual(steady.miss(3), [3])
    steady.wait(rtt / 2)
    assert.deepEqual(steady.miss(3), [])
    steady.wait(rtt / 2)
    assert.deepEqual(steady.miss(3), [3])
    assert.equal(steady.statistics.pktRetrans, 2)
  })

  test('each time that a peer asks which asks only once', () => {
    const steady = new SteadySender({ peerRepeatsReports: false })
    steady.send(10)
    assert.deepEqual(steady.miss(3), [3])
    assert.deepEqual(steady.miss(3), [3])
  })

  test('each time that the peer asks, where it would be too late to ask again', () => {
    const steady = new SteadySender({ latency: 90_000 })
    steady.send(10)
    assert.deepEqual(steady.miss(3), [3])
    steady.wait(packetTime)
    assert.deepEqual(steady.miss(3), [3])
  })
})

describe('sender: a peer that says nothing', () => {
  /** RTT + 4 variances + 2 periods of acknowledgements, and one more. Source: SRT draft §5.1.2. */
  const timeout = rtt + 30_000

  test('and reports repeatedly gets the end of a burst again', () => {
    const steady = new SteadySender()
    steady.send(4)
    steady.acknowledge(2)
    assert.deepEqual(steady.wait(timeout - 2 * packetTime), [])
    assert.deepEqual(steady.wait(2 * packetTime), [2, 3])
  })

  test('and reports repeatedly gets nothing again while more is sent: it knows what it misses', () => {
    const steady = new SteadySender()
    steady.send(40)
    assert.equal(steady.statistics.pktRetrans, 0)
  })

  test('and reports only once gets everything again that it has not acknowledged, ever more seldom', () => {
    const steady = new SteadySender({ peerRepeatsReports: false })
    steady.send(12)
    assert.equal(steady.statistics.pktRetrans, 0)
    steady.acknowledge(10)
    assert.deepEqual(steady.wait(timeout), [10, 11])
    assert.deepEqual(steady.wait(timeout - 3 * packetTime), [])
    assert.deepEqual(steady.wait(3 * packetTime), [10, 11])
    steady.acknowledge(12)
    assert.deepEqual(steady.wait(4 * timeout), [])
    assert.equal(steady.statistics.pktSndLoss, 4)
  })
})
