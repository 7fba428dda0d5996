import assert from 'node:assert/strict'
import { test } from 'vitest'
import { grown, type KeptMedia, playableAfter, playableFrom, readKept } from './kept-media.ts'

const at = (seconds: number): string => new Date(seconds * 1000).toISOString()
const status = { stream: 'live/test', from: at(100), to: at(400), segments: 9, bytes: 9, active: true }

/** Kept from 100 s to 200 s and from 300 s to 400 s. */
function kept(facts: { active: boolean }): KeptMedia {
  const ranges = [
    { from: at(100), to: at(200) },
    { from: at(300), to: at(400) },
  ]
  const gaps = [{ from: at(200), to: at(300) }]
  return readKept({ ...status, ...facts, ranges, gaps, discontinuities: [at(300)] }) ?? assert.fail()
}

test('kept media: what the server tells is read', () => {
  const { span, restarts, isGrowing } = kept({ active: true })
  assert.deepEqual(
    { span, restarts, isGrowing },
    { span: { from: 100_000, to: 400_000 }, restarts: [300_000], isGrowing: true },
  )
})

test('kept media: where there is nothing, nothing can be rewound', () => {
  assert.equal(readKept({ ...status, from: null, to: null, ranges: [], gaps: [], discontinuities: [] }), undefined)
})

test('kept media: what is live grows between two answers, what has ended does not', () => {
  assert.deepEqual(grown(kept({ active: true }), 500).ranges.at(-1), { from: 300_000, to: 400_500 })
  assert.equal(grown(kept({ active: true }), 500).span.to, 400_500)
  assert.equal(grown(kept({ active: false }), 500).span.to, 400_000)
})

const cases: readonly (readonly [string, number, number | undefined, number | undefined])[] = [
  ['what is kept plays from there', 150_000, undefined, 150_000],
  ['what is older than the oldest plays from the oldest', 10_000, undefined, 100_000],
  ['a gap is left forwards', 250_000, undefined, 300_000],
  ['or backwards', 295_000, 10_000, 190_000],
  ['but not beyond the range before it', 295_000, 600_000, 100_000],
  ['before the first range there is none', 50_000, 10_000, 100_000],
  ['the end is live', 391_000, undefined, undefined],
]
for (const [name, time, step, expected] of cases) {
  test(`kept media: ${name}`, () => assert.equal(playableFrom(kept({ active: true }), time, step), expected))
}

test('kept media: of what has ended, the last second is the end', () => {
  assert.equal(playableFrom(kept({ active: false }), 395_000), 395_000)
  assert.equal(playableFrom(kept({ active: false }), 500_000), 399_000)
})

test('kept media: what has been played goes on behind, over gaps, up to live', () => {
  const live = kept({ active: true })
  assert.deepEqual(
    [150_000, 199_700, 391_000].map(time => playableAfter(live, time)),
    [151_000, 300_000, undefined],
  )
})

test('kept media: what has ended is played once', () => {
  assert.equal(playableAfter(kept({ active: false }), 399_600), undefined)
})
