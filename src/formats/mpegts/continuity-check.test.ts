import assert from 'node:assert/strict'
import { test } from 'vitest'
import { type Continuity, ContinuityCheck } from './continuity-check.ts'

/** Judge the counters one after the other; `jump` in front of one is an announcement. */
function judge(...counters: readonly (number | 'jump')[]): readonly Continuity[] {
  const check = new ContinuityCheck()
  return counters.flatMap(counter => {
    if (counter === 'jump') check.announceJump()
    return counter === 'jump' ? [] : check.judge({ continuityCounter: counter })
  })
}

/** Worked out by hand from ISO/IEC 13818-1 §2.4.3.3 and §2.4.3.5. */
for (const [name, counters, verdicts] of [
  ['counts modulo 16', [14, 15, 0, 1], ['next', 'next', 'next', 'next']],
  ['may begin anywhere', [7], ['next']],
  ['a packet comes twice at most', [3, 3, 3, 4], ['next', 'copy', 'broken', 'next']],
  ['packets are missing', [3, 5, 6], ['next', 'broken', 'next']],
  ['a jump that was announced', [3, 'jump', 9, 10], ['next', 'announced jump', 'next']],
  ['an announcement without a jump', [3, 'jump', 4, 6], ['next', 'next', 'broken']],
] as const) {
  test(`continuity: ${name}`, () => assert.deepEqual(judge(...counters), verdicts))
}
