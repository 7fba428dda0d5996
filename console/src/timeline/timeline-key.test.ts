import assert from 'node:assert/strict'
import { test } from 'vitest'
import { moveByKey } from './timeline-key.ts'

const view = { from: 0, to: 6_000_000 }
const kept = {
  ranges: [
    { from: 0, to: 3_000_000 },
    { from: 4_000_000, to: 6_000_000 },
  ],
  span: view,
  restarts: [],
  isGrowing: true,
}

const cases: readonly (readonly [key: string, shiftKey: boolean, playhead: number, from: number | undefined])[] = [
  ['ArrowLeft', false, 5_000_000, 4_990_000],
  ['ArrowDown', true, 5_000_000, 4_940_000],
  ['ArrowRight', false, 5_000_000, 5_010_000],
  ['ArrowUp', true, 5_000_000, 5_060_000],
  ['PageDown', false, 5_000_000, 4_400_000],
  ['PageUp', false, 1_000_000, 1_600_000],
  ['Home', false, 5_000_000, 0],
  ['End', false, 1_000_000, undefined],
  ['ArrowRight', false, 5_985_000, undefined],
  ['ArrowRight', false, 2_995_000, 4_000_000],
  ['ArrowLeft', false, 4_000_000, 2_990_000],
]
for (const [key, shiftKey, playhead, from] of cases) {
  const to = from === undefined ? 'live' : `${from / 1000} s`
  test(`timeline key: ${shiftKey ? 'Shift ' : ''}${key} goes from ${playhead / 1000} s to ${to}`, () => {
    assert.deepEqual(moveByKey({ key, shiftKey }, playhead, view, kept), { from })
  })
}

test('timeline key: other keys are left to others', () => {
  assert.equal(moveByKey({ key: 'm', shiftKey: false }, 0, view, kept), undefined)
})
