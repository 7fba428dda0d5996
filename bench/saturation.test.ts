import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { LoadReport } from './load-messages.ts'
import { saturationOf } from './saturation.ts'

function load(cpu: number, delayMs: number, lateMs?: number): LoadReport {
  const spread = (p99: number) => ({ count: 100, p50: 0.1, p99, max: p99 })
  const publishers = {
    frames: 1,
    bytes: 1,
    late: spread(lateMs ?? 0),
    skipped: 0,
    failures: 0,
    firstFailure: undefined,
  }
  const generator = { cpu, loopDelay: spread(delayMs) }
  return { generator, publishers: lateMs === undefined ? undefined : publishers, crews: {} }
}

test('saturation: a load that keeps up gives no reason', () => {
  assert.deepEqual(saturationOf({ probe: load(0.3, 2, 3), crowd: load(0.8, 5) }), [])
})

test('saturation: each limit has its reason', () => {
  assert.deepEqual(saturationOf({ probe: load(0.3, 2, 40), crowd: load(0.97, 60) }), [
    'frames were sent 40 ms late (p99)',
    'crowd used 97 % of its core',
    'crowd had timers 60 ms late (p99)',
  ])
})
