import type { MetricSource } from '../contracts/metrics.ts'
import type { DiskRoom, DiskSpace } from './disk-space.ts'

/** How much room there is where files are written. */
export function diskMetrics(disks: Pick<DiskSpace, 'rooms'>): MetricSource {
  const perFolder = (value: (room: DiskRoom) => number) => ({
    labels: ['folder'] as const,
    read: () => disks.rooms.map(([folder, room]) => ({ labels: { folder }, value: value(room) })),
  })
  return [
    {
      type: 'gauge',
      name: 'sluice_disk_free_bytes',
      help: 'What may still be written to the file system of record.dir and dvr.dir; absent if there is no such folder',
      ...perFolder(({ free }) => free),
    },
    {
      type: 'gauge',
      name: 'sluice_disk_size_bytes',
      help: 'Size of these file systems',
      ...perFolder(({ size }) => size),
    },
  ]
}
