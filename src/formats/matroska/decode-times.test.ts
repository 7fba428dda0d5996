import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { DecodeTimes } from './decode-times.ts'

/** Decode times of pictures that are told as a demuxer tells them: placed as soon as there are enough. */
function decodeTimes(shown: readonly number[]): readonly number[] {
  const times = new DecodeTimes()
  const held: number[] = []
  const placed: number[] = []
  for (const pts of shown) {
    times.tell(pts)
    held.push(pts)
    if (times.isReady) placed.push(...held.splice(0).map(time => times.place(time)))
  }
  return [...placed, ...held.map(time => times.place(time))]
}

test('decode times: pictures in the order of showing are decoded when they are shown', () => {
  assert.deepEqual(decodeTimes([0, 40, 80, 120]), [0, 40, 80, 120])
  assert.deepEqual(decodeTimes([7]), [7])
})

test('decode times: with B-frames they count back from the first picture that has a place', () => {
  // I P B B P B B P B B: two B-frames that nothing refers to need a reordering of one.
  assert.deepEqual(decodeTimes([0, 120, 40, 80, 240, 160, 200, 360, 280, 320]), [
    ...[-40, 0, 40, 80, 120, 160, 200, 240, 280, 320],
  ])
  // A pyramid, as x264 makes it: I P B b b, with a reordering of two.
  assert.deepEqual(decodeTimes([0, 160, 80, 40, 120, 320, 240, 200, 280]), [-80, -40, 0, 40, 80, 120, 160, 200, 240])
})

test('decode times: milliseconds that are rounded stay those that are shown', () => {
  assert.deepEqual(decodeTimes([0, 100, 33, 67, 200, 133, 167]), [-33, 0, 33, 67, 100, 133, 167])
})

test('decode times: a reordering that comes later than the first pictures stands still and goes on', () => {
  const flat = Array.from({ length: 20 }, (_, i) => 40 * i)
  const later = [...flat, 880, 800, 840, 960, 920]
  assert.deepEqual(decodeTimes(later).slice(18), [720, 760, 880, 880, 880, 880, 920])
})

test('decode times: never go back, whatever the times are, and are no later than shown where the rule allows', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1e6, max: 1e9 }), { maxLength: 200 }), shown => {
      const placed = decodeTimes(shown)
      assert.equal(placed.length, shown.length)
      assert.ok(placed.every((dts, i) => Number.isInteger(dts) && dts >= (placed[i - 1] ?? dts)))
    }),
    { seed: 9559 },
  )
})

test('decode times: of a reordering of up to 16 pictures, none is later than shown', () => {
  const shuffled = fc
    .array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 40 })
    .map(sizes =>
      sizes.flatMap((size, group) => Array.from({ length: size }, (_, i) => 1000 * group + 100 * (size - i))),
    )
  fc.assert(
    fc.property(shuffled, shown => {
      const depthIsSettled = decodeTimes(shown.slice(0, 17)).every((dts, i) => dts <= (shown[i] ?? 0))
      assert.ok(depthIsSettled)
    }),
    { seed: 9559 },
  )
})
