import assert from 'node:assert/strict'
import { test } from 'vitest'
import { scrape } from '../../test/support/scrape.ts'
import { healthMetrics } from './health-metrics.ts'

test('health metrics: show which part has a problem, and that it is over', async () => {
  let problem: string | undefined = 'Cannot write'
  const metrics = healthMetrics([
    { name: 'recorder', problem: () => problem, isWarning: true },
    { name: 'store', problem: () => undefined },
  ])
  assert.match(await scrape(metrics), /^sluice_health_ok\{check="recorder"\} 0$/m)
  assert.match(await scrape(metrics), /^sluice_health_ok\{check="store"\} 1$/m)
  problem = undefined
  assert.match(await scrape(metrics), /^sluice_health_ok\{check="recorder"\} 1$/m)
})
