import type { Metric, MetricSource } from '../../contracts/metrics.ts'
import type { BucketTotals } from './bucket/bucket-report.ts'
import type { Dvr } from './dvr.ts'
import type { DvrTotals } from './dvr-report.ts'

const totals: readonly (readonly [name: string, help: string, key: keyof DvrTotals])[] = [
  ['sluice_dvr_segments_total', 'Segments written, in all renditions', 'segments'],
  ['sluice_dvr_written_bytes_total', 'Bytes of the segments written', 'bytes'],
  ['sluice_dvr_segments_lost_total', 'Segments that the disk could not take', 'lost'],
  ['sluice_dvr_segments_removed_total', 'Segments removed because they were too old or too many', 'removed'],
]

type ArchiveCount = 'objects' | 'bytes' | 'reads' | 'errors' | 'lost' | 'restoredHours'

const archiveTotals: readonly (readonly [name: string, help: string, key: ArchiveCount])[] = [
  ['sluice_dvr_archive_objects_total', 'Objects of segments stored in the archive', 'objects'],
  ['sluice_dvr_archive_stored_bytes_total', 'Bytes of these objects', 'bytes'],
  ['sluice_dvr_archive_reads_total', 'Segments that players wanted and the archive was asked for', 'reads'],
  ['sluice_dvr_archive_errors_total', 'Attempts to store, to read or to remove that failed', 'errors'],
  ['sluice_dvr_archive_segments_lost_total', 'Segments that dvr.maxSize removed before they were archived', 'lost'],
  ['sluice_dvr_archive_hours_restored_total', 'Hours that were listed because the archive has them', 'restoredHours'],
]

/** All streams together. */
export function dvrMetrics(
  dvr: Pick<Dvr, 'activeCount' | 'bytes' | 'pending' | 'hoursToRestore' | 'totals' | 'bucket'>,
): MetricSource {
  const none = { objects: 0, bytes: 0, reads: 0, errors: 0, lost: 0, restoredHours: 0, lastStored: undefined }
  const archive = (): Readonly<BucketTotals> => dvr.bucket?.report.totals ?? none
  return [
    gauge('sluice_dvr_streams', 'Streams whose segments are being kept', () => dvr.activeCount),
    gauge('sluice_dvr_bytes', 'Bytes of the segments on disk', () => dvr.bytes),
    gauge('sluice_dvr_archive_pending_segments', 'Segments that are to be archived', () => dvr.pending.segments),
    gauge('sluice_dvr_archive_pending_bytes', 'Bytes of these segments', () => dvr.pending.bytes),
    gauge('sluice_dvr_archive_last_stored_timestamp_seconds', 'When an object was stored last; 0 for not yet', () => {
      return (archive().lastStored ?? 0) / 1000
    }),
    gauge('sluice_dvr_archive_hours_to_restore', 'Hours that the archive has and that are not listed yet', () => {
      return dvr.hoursToRestore
    }),
    ...totals.map(([name, help, key]) => counter(name, help, () => dvr.totals[key])),
    ...archiveTotals.map(([name, help, key]) => counter(name, help, () => archive()[key])),
  ]
}

function gauge(name: string, help: string, read: () => number): Metric {
  return { type: 'gauge', name, help, read }
}

function counter(name: string, help: string, read: () => number): Metric {
  return { type: 'counter', name, help, read }
}
