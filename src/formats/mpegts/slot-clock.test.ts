import assert from 'node:assert/strict'
import { test } from 'vitest'
import { SlotClock } from './slot-clock.ts'

for (const bitrate of [6_000_000, 100_000, 3_456_789, 1_000_000_000]) {
  test(`slot clock: at ${bitrate} bit/s a million packets are each less than a tick off`, () => {
    const slots = new SlotClock(bitrate)
    for (let n = 0; n < 1_000_000; n++) {
      if (n % 9973 === 0) {
        const exact = (BigInt(n) * 188n * 8n * 27_000_000n) / BigInt(bitrate)
        assert.equal(BigInt(slots.time), exact)
      }
      slots.advance()
    }
  })
}
