import assert from 'node:assert/strict'
import { test } from 'vitest'
import { seededRandom } from '../../../test/support/seeded-bytes.ts'
import { DeliveryClock } from './delivery-clock.ts'

const second = 1_000_000
const wrap = 2 ** 32

test('delivery clock: a packet is due the latency after it would have come as the handshake did', () => {
  const clock = new DeliveryClock(5000, 90_000, 120_000)
  assert.equal(clock.deliveryTime(5000), 90_000 + 120_000)
  assert.equal(clock.deliveryTime(5000 + second), 90_000 + 120_000 + second)
})

test('delivery clock: timestamps go on past 2^32, for packets that come late as well', () => {
  const start = wrap - second
  const clock = new DeliveryClock(start, 0, 0)
  assert.equal(clock.deliveryTime(wrap - 1), second - 1)
  assert.equal(clock.deliveryTime(500), second + 500)
  assert.equal(clock.deliveryTime(wrap - 1), second - 1)
  for (let time = 0; time < 3 * wrap; time += 1000 * second) {
    assert.equal(clock.deliveryTime((start + second + time) % wrap), second + time)
  }
})

test('delivery clock: drift of the sender is followed, jitter is not', () => {
  const clock = new DeliveryClock(0, 0, 0)
  const rtt = 20_000
  let lateness = 0
  for (let sample = 0; sample < 20_000; sample++) {
    const timestamp = sample * 10_000
    lateness = sample
    const jitter = sample % 2 === 0 ? 3000 : -3000
    clock.addSample(timestamp, timestamp + lateness + jitter, rtt)
  }
  const followed = clock.deliveryTime(200 * second) - 200 * second
  assert.ok(Math.abs(followed - lateness) < 2000, `${followed} of ${lateness}`)
})

test('delivery clock: a slower round trip is no drift', () => {
  const clock = new DeliveryClock(0, 0, 0)
  for (let sample = 0; sample < 1000; sample++) clock.addSample(sample * 1000, sample * 1000 + 10_000, 20_000)
  for (let sample = 1000; sample < 2000; sample++) clock.addSample(sample * 1000, sample * 1000 + 20_000, 40_000)
  assert.equal(clock.deliveryTime(second) - second, 10_000)
})

test('delivery clock: the mean of what packets take counts, wherever the first ones were in the jitter', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = seededRandom(seed)
    const oneWay = (): number => Math.round(15_000 + random() * 30_000)
    const clock = new DeliveryClock(0, oneWay(), 0)
    for (let time = 0; time < 120 * second; time += 10_000) {
      const [there, back] = [oneWay(), oneWay()]
      clock.addSample(time, time + back, there + back)
    }
    const late = clock.deliveryTime(120 * second) - 120 * second
    assert.ok(Math.abs(late - 30_000) < 2000, `${late} µs with seed ${seed}`)
  }
})
