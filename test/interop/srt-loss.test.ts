import assert from 'node:assert/strict'
import { test } from 'vitest'
import { measureCell } from '../../bench/srt-loss/cell.ts'

/** Time enough for four tries, on a busy machine too. The whole matrix is bench/srt-loss. */
const cell = { loss: 0.05, rtt: 40, jitter: 30, latency: 400 }

for (const direction of ['libsrt → sluice', 'sluice → libsrt'] as const) {
  test.concurrent(`srt loss: ${direction}, where packets get lost and overtake each other, loses nothing`, async () => {
    const { sent, missing, faults, sender, receiver } = await measureCell(cell, direction, {
      seconds: 5,
      kbps: 3000,
      seed: 7,
    })
    assert.equal(faults, 0)
    assert.equal(missing, 0, `${missing} of ${sent} are missing`)
    assert.ok(receiver.pktRcvLoss > sent * cell.loss, `${receiver.pktRcvLoss} seemed lost to the receiver`)
    assert.ok(sender.pktRetrans > sent * cell.loss, `${sender.pktRetrans} were sent again`)
    const arrived = receiver.pktRcvRetrans / sender.pktRetrans
    assert.ok(Math.abs(arrived - (1 - cell.loss)) < 0.04, `${receiver.pktRcvRetrans} of ${sender.pktRetrans} arrived`)
  })
}
