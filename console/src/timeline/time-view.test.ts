import assert from 'node:assert/strict'
import { test } from 'vitest'
import { blocksOf, marksOf, shareOf, timeAt, viewOf, wholeZoom, zooms } from './time-view.ts'

const [tenMinutes = wholeZoom] = zooms
const hour = 3_600_000
const kept = { from: 0, to: 2 * hour }

test('time view: it shows the newest while that plays', () => {
  assert.deepEqual(viewOf(tenMinutes, kept, kept.to, undefined), { from: 2 * hour - 600_000, to: 2 * hour })
})

test('time view: it goes along with what plays in the past, up to its ends', () => {
  assert.deepEqual(viewOf(tenMinutes, kept, hour, undefined), { from: hour - 300_000, to: hour + 300_000 })
  assert.deepEqual(viewOf(tenMinutes, kept, 0, undefined), { from: 0, to: 600_000 })
})

test('time view: the viewer moves it, but not out of what is kept', () => {
  assert.deepEqual(viewOf(tenMinutes, kept, kept.to, hour), { from: hour - 600_000, to: hour })
  assert.deepEqual(viewOf(tenMinutes, kept, kept.to, -hour), { from: 0, to: 600_000 })
  assert.deepEqual(viewOf(tenMinutes, kept, kept.to, 9 * hour), { from: 2 * hour - 600_000, to: 2 * hour })
})

test('time view: all is all, and at least a minute', () => {
  assert.deepEqual(viewOf(wholeZoom, kept, hour, undefined), kept)
  assert.deepEqual(viewOf(wholeZoom, { from: 0, to: 5000 }, 5000, undefined), { from: -55_000, to: 5000 })
})

test('time view: what is shorter than the zoom is at the right end', () => {
  assert.deepEqual(viewOf(tenMinutes, { from: 0, to: 60_000 }, 0, undefined), { from: -540_000, to: 60_000 })
})

test('time view: times are places and places are times', () => {
  const view = { from: 1000, to: 3000 }
  assert.deepEqual(
    [0, 1000, 1500, 3000, 9000].map(time => shareOf(view, time)),
    [0, 0, 0.25, 1, 1],
  )
  assert.deepEqual(
    [-1, 0, 0.25, 1, 2].map(share => timeAt(view, share)),
    [1000, 1000, 1500, 3000, 3000],
  )
})

test('time view: ranges are cut at its ends, and gaps that are too thin are closed', () => {
  const ranges = [
    { from: -500, to: 100 },
    { from: 2000, to: 4000 },
    { from: 4001, to: 5000 },
    { from: 9000, to: 12_000 },
    { from: 20_000, to: 30_000 },
  ]
  assert.deepEqual(blocksOf({ from: 0, to: 10_000 }, ranges), [
    { left: 0, width: 0.01 },
    { left: 0.2, width: 0.3 },
    { left: 0.9, width: 1 - 0.9 },
  ])
})

test('time view: a range of a moment is still seen', () => {
  assert.deepEqual(blocksOf({ from: 0, to: 100_000 }, [{ from: 50_000, to: 50_001 }]), [{ left: 0.5, width: 0.001 }])
})

test('time view: marks on one place are one mark', () => {
  assert.deepEqual(marksOf({ from: 0, to: 100_000 }, [-1, 50_000, 50_010, 75_000, 200_000]), [0.5, 0.75])
})
