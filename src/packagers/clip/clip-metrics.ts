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

/** All streams together. */
export function clipMetrics(counters: Readonly<ClipCounters>): MetricSource {
  return [
    {
      type: 'gauge',
      name: 'sluice_clips_active',
      help: 'Clips that are being put together or sent',
      read: () => counters.active,
    },
    {
      type: 'counter',
      name: 'sluice_clips_total',
      help: 'Clips, or ranges of them, that were asked for and are there',
      read: () => counters.clips,
    },
    {
      type: 'counter',
      name: 'sluice_clip_bytes_total',
      help: 'Bytes of clips that were sent',
      read: () => counters.bytes,
    },
    {
      type: 'counter',
      name: 'sluice_clips_refused_total',
      help: 'Requests for clips refused because there were too many at once',
      read: () => counters.refused,
    },
    {
      type: 'counter',
      name: 'sluice_clips_failed_total',
      help: 'Clips whose transfer was broken off because a segment was gone',
      read: () => counters.failed,
    },
  ]
}
