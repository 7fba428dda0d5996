import assert from 'node:assert/strict'
import { test } from 'vitest'
import { scrape } from '../../test/support/scrape.ts'
import type { MetricSource } from '../contracts/metrics.ts'
import { MetricsRegistry } from './metrics-registry.ts'

const single = { name: 'size', help: 'How large it is' } as const
const labelled = { type: 'gauge', name: 'heat', help: 'By place', labels: ['place'] } as const

test('metrics: one of a single value, with its help and type', async () => {
  const metrics: MetricSource = [{ ...single, type: 'gauge', read: () => 7 }]
  assert.equal(await scrape(metrics), '# HELP size How large it is\n# TYPE size gauge\nsize 7\n')
})

for (const type of ['counter', 'gauge'] as const) {
  test(`metrics: a ${type} is what was read last, not a sum`, async () => {
    let value = 5
    const metrics = new MetricsRegistry([[{ ...single, type, read: () => value }]])
    assert.match(await metrics.text(), /^size 5$/m)
    value = 6
    assert.match(await metrics.text(), /^size 6$/m)
  })
}

test('metrics: what has no value is absent, and is not 0', async () => {
  let value: number | undefined
  const metrics = new MetricsRegistry([[{ ...single, type: 'gauge', read: () => value }]])
  assert.doesNotMatch(await metrics.text(), /^size/m)
  value = 0
  assert.match(await metrics.text(), /^size 0$/m)
  value = undefined
  assert.doesNotMatch(await metrics.text(), /^size/m)
})

test('metrics: series that are read no more are gone', async () => {
  let places = ['north', 'south']
  const read = () => places.map(place => ({ labels: { place }, value: 1 }))
  const metrics = new MetricsRegistry([[{ ...labelled, read }]])
  assert.match(await metrics.text(), /^heat\{place="north"\} 1\nheat\{place="south"\} 1$/m)
  places = ['south']
  assert.doesNotMatch(await metrics.text(), /north/)
})

test('metrics: a label that the metric does not name is a mistake of ours', async () => {
  const metrics: MetricSource = [{ ...labelled, read: () => [{ labels: { time: 'now' }, value: 1 }] }]
  await assert.rejects(scrape(metrics), /label/)
})
