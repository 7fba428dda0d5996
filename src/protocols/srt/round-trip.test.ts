import assert from 'node:assert/strict'
import { test } from 'vitest'
import { RoundTrip } from './round-trip.ts'

/** What both ends suppose at first. Source: SRT draft §4.10. */
const guess = { rtt: 100_000, variance: 50_000 }

function valuesOf({ rtt, variance, isMeasured }: RoundTrip): object {
  return { rtt, variance, isMeasured }
}

test('round trip: is a guess at first, and the guess of the peer says nothing', () => {
  const roundTrip = new RoundTrip()
  roundTrip.addReport(guess.rtt, guess.variance)
  assert.deepEqual(valuesOf(roundTrip), { ...guess, isMeasured: false })
})

test('round trip: the first sample counts alone, the next ones by an eighth', () => {
  const roundTrip = new RoundTrip()
  roundTrip.add(40_000)
  assert.deepEqual(valuesOf(roundTrip), { rtt: 40_000, variance: 20_000, isMeasured: true })
  roundTrip.add(48_000)
  assert.deepEqual(valuesOf(roundTrip), { rtt: 41_000, variance: 17_000, isMeasured: true })
})

test('round trip: who only sends takes over what the peer has smoothed', () => {
  const roundTrip = new RoundTrip()
  roundTrip.addReport(30_000, 4000)
  roundTrip.addReport(38_000, 5000)
  assert.deepEqual(valuesOf(roundTrip), { rtt: 38_000, variance: 5000, isMeasured: true })
})

test('round trip: what was measured here counts more than what the peer says', () => {
  const roundTrip = new RoundTrip()
  roundTrip.addReport(30_000, 4000)
  roundTrip.add(40_000)
  roundTrip.addReport(90_000, 9000)
  assert.deepEqual(valuesOf(roundTrip), { rtt: 40_000, variance: 20_000, isMeasured: true })
})

test('round trip: a peer that lies about an hour is waited for 10 s at most', () => {
  const roundTrip = new RoundTrip()
  roundTrip.addReport(0xffff_ffff, 0xffff_ffff)
  assert.deepEqual(valuesOf(roundTrip), { rtt: 10_000_000, variance: 10_000_000, isMeasured: true })
})

test('round trip: losses are reported each half round trip and two variances, 20 ms at least', () => {
  const roundTrip = new RoundTrip()
  roundTrip.addReport(60_000, 5000)
  assert.equal(roundTrip.nakInterval, 40_000)
  roundTrip.addReport(10_000, 500)
  assert.equal(roundTrip.nakInterval, 20_000)
})
