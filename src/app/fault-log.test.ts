import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { KeptLog } from '../../test/support/kept-log.ts'
import { FaultLog } from './fault-log.ts'

test('fault log: each fault is counted, and told with its stack once a second and part', () => {
  const clock = new FakeClock()
  const log = new KeptLog()
  const faults = new FaultLog({ clock, log })
  const error = new TypeError('no such thing')
  const fault = { part: 'reader', name: 'rtmp', stream: 'live/a', connection: 'rtmp-1', error } as const
  for (let i = 0; i < 3; i++) faults.report(fault)
  faults.report({ part: 'format', name: 'flv', stream: 'live/a', error: 'words' })
  clock.advance(1000)
  faults.report(fault)
  const { error: _, ...facts } = fault
  const message = 'Ended by a fault of this server: no such thing'
  assert.deepEqual(log.lines, [
    { code: 'FAULT_CONTAINED', message, fields: { ...facts, stack: error.stack } },
    {
      code: 'FAULT_CONTAINED',
      message: 'Ended by a fault of this server: words',
      fields: { part: 'format', name: 'flv', stream: 'live/a', connection: undefined, stack: undefined },
    },
    { code: 'FAULT_CONTAINED', message, fields: { ...facts, stack: error.stack, leftOut: 2 } },
  ])
  const [metric] = faults.metrics
  assert.deepEqual(
    [...(metric?.labels === undefined ? [] : metric.read())],
    [
      { labels: { part: 'reader' }, value: 4 },
      { labels: { part: 'format' }, value: 1 },
      { labels: { part: 'connection' }, value: 0 },
      { labels: { part: 'relay' }, value: 0 },
    ],
  )
})
