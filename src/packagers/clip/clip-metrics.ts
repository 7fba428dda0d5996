import { Counter, Gauge } from 'prom-client'
import type { MetricSource } from '../../contracts/metrics.ts'

/** Clips that were asked for since the start. */
export type ClipCounters = {
  /** Being put together or sent. */
  active: number
  clips: number
  bytes: number
  /** There were too many at once. */
  refused: number
  failed: number
}

const totals: readonly (readonly [name: string, help: string, key: Exclude<keyof ClipCounters, 'active'>])[] = [
  ['sluice_clips_total', 'Clips, or ranges of them, that were asked for and are there', 'clips'],
  ['sluice_clip_bytes_total', 'Bytes of clips that were sent', 'bytes'],
  ['sluice_clips_refused_total', 'Requests for clips refused because there were too many at once', 'refused'],
  ['sluice_clips_failed_total', 'Clips whose transfer was broken off because a segment was gone', 'failed'],
]

/** All streams together. */
export function clipMetrics(counters: Readonly<ClipCounters>): MetricSource {
  return registry => {
    new Gauge({
      name: 'sluice_clips_active',
      help: 'Clips that are being put together or sent',
      registers: [registry],
      collect() {
        this.set(counters.active)
      },
    })
    for (const [name, help, key] of totals) {
      new Counter({
        name,
        help,
        registers: [registry],
        collect() {
          this.reset()
          this.inc(counters[key])
        },
      })
    }
  }
}
