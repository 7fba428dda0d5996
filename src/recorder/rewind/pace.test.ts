import assert from 'node:assert/strict'
import { test } from 'vitest'
import { Pace } from './pace.ts'

/** The last of these times that is due. */
function dueAt(pace: Pace, now: number): number {
  pace.advance(now)
  let time = 0
  while (pace.isDue(time + 10)) time += 10
  pace.reach(time)
  return time
}

test('pace: what is before the time that was asked for goes at once, and the rest as time goes by', () => {
  const pace = new Pace({ speed: 1, lead: 500, burst: 1000 }, 7000)
  assert.deepEqual(
    [7000, 7040, 7080, 8000].map(now => dueAt(pace, now)),
    [500, 540, 580, 1500],
  )
})

test('pace: media time may go by faster than time', () => {
  const pace = new Pace({ speed: 1.5, lead: 0, burst: 1000 }, 0)
  assert.deepEqual(
    [0, 40, 80, 400].map(now => dueAt(pace, now)),
    [0, 60, 120, 600],
  )
})

test('pace: a long lead goes in bursts', () => {
  const pace = new Pace({ speed: 1, lead: 3000, burst: 1000 }, 0)
  assert.deepEqual(
    [0, 40, 80, 120].map(now => dueAt(pace, now)),
    [1000, 2000, 3000, 3120],
  )
})

test('pace: whoever was held up catches up two seconds, and no more', () => {
  const pace = new Pace({ speed: 1, lead: 0, burst: 1000 }, 0)
  dueAt(pace, 100)
  for (let now = 140; now < 60_000; now += 40) pace.advance(now)
  assert.deepEqual(
    [60_000, 60_040, 60_080, 60_120].map(now => dueAt(pace, now)),
    [1100, 2100, 2180, 2220],
  )
})
