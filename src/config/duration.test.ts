import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { duration, parseDuration } from './duration.ts'

const durations: readonly [string, number | undefined][] = [
  ['0', 0],
  ['0s', 0],
  ['350ms', 350],
  ['20s', 20_000],
  ['5m', 300_000],
  ['2h', 7_200_000],
  ['1d', 86_400_000],
  ['1m30s', 90_000],
  ['1d2h3m4s5ms', 93_784_005],
  ['90s', 90_000],
  ['', undefined],
  ['20', undefined],
  ['s', undefined],
  ['1.5s', undefined],
  ['-1s', undefined],
  ['1s1m', undefined],
  ['1s 1ms', undefined],
  ['1S', undefined],
  ['99999999999999d', undefined],
]

for (const [text, milliseconds] of durations) {
  test(`duration: "${text}" is ${milliseconds === undefined ? 'none' : `${milliseconds} ms`}`, () => {
    assert.equal(parseDuration(text), milliseconds)
  })
}

test('duration: the parts add up', () => {
  const part = fc.option(fc.nat(9999), { nil: undefined })
  fc.assert(
    fc.property(fc.tuple(part, part, part, part, part), parts => {
      const units = [
        ['d', 86_400_000],
        ['h', 3_600_000],
        ['m', 60_000],
        ['s', 1000],
        ['ms', 1],
      ] as const
      const text = units.map(([unit], index) => (parts[index] === undefined ? '' : `${parts[index]}${unit}`)).join('')
      const sum = units.reduce((total, [, ms], index) => total + ms * (parts[index] ?? 0), 0)
      assert.equal(parseDuration(text), text === '' ? undefined : sum)
    }),
    { seed: 1 },
  )
})

test('duration: any text is a whole number of milliseconds or none', () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[0-9dhms]{0,12}$/))
  fc.assert(
    fc.property(text, written => {
      const value = parseDuration(written)
      assert.ok(value === undefined || (Number.isSafeInteger(value) && value >= 0))
    }),
    { seed: 2, numRuns: 1000 },
  )
})

test('duration: limits are inclusive and part of the form', () => {
  const field = duration({ default: '5s', description: '', minimum: '1s', maximum: '1m' })
  assert.equal(field.form, 'a duration such as 350ms, 20s, 5m, 2h, 1d or 1m30s, at least 1s and at most 1m')
  assert.deepEqual(field.parse('1s'), { value: 1000 })
  assert.deepEqual(field.parse('60s'), { value: 60_000 })
  assert.equal(field.parse('999ms'), undefined)
  assert.equal(field.parse('61s'), undefined)
  assert.equal(field.parse(['1s']), undefined)
})

test('duration: a default or a limit of the wrong form is our own mistake', () => {
  assert.throws(() => duration({ default: '5 apples', description: '' }), RangeError)
  assert.throws(() => duration({ default: '5s', description: '', maximum: '1s' }), RangeError)
  assert.throws(() => duration({ default: '5s', description: '', maximum: 'soon' }), RangeError)
})
