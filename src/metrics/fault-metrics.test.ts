import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { settingsOfAll } from '../../test/support/stream-settings.ts'
import { noTsFaults, type TsFaults } from '../formats/mpegts/ts-faults.ts'
import { StreamRegistry } from '../hub/stream-registry.ts'
import { faultMetrics } from './fault-metrics.ts'
import { MetricsRegistry } from './metrics-registry.ts'
import { ReportBook } from './report-book.ts'

test('fault metrics: faults are counted by stream and kind', async () => {
  const settings = { settingsOf: settingsOfAll(), wireLinger: 0, onConflict: 'reject', resumeTimeout: 5000 } as const
  const registry = new StreamRegistry({ clock: new FakeClock(), ...settings })
  const info = { id: 'srt-1', protocol: 'srt', peer: 'test', since: 0 }
  registry.publish('a', { info, onEnd: () => undefined })
  const reports = new ReportBook<TsFaults>(noTsFaults, registry)
  const metrics = new MetricsRegistry([faultMetrics(reports)])

  const report = (): TsFaults => ({
    continuityErrors: 1,
    transportErrors: 2,
    scrambledPackets: 3,
    damagedUnits: 4,
    skippedBytes: 5,
  })
  reports.open({ connection: 'srt-1', stream: 'a', counters: report, report })
  const values = await metrics.values()
  assert.deepEqual(values['sluice_stream_faults_total'], [
    { stream: 'a', fault: 'continuity', value: 1 },
    { stream: 'a', fault: 'transport', value: 2 },
    { stream: 'a', fault: 'scrambled', value: 3 },
    { stream: 'a', fault: 'damaged', value: 4 },
  ])
  assert.deepEqual(values['sluice_stream_bytes_skipped_total'], [{ stream: 'a', value: 5 }])
})
