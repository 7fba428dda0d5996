import type { Metric, MetricSource } from '../contracts/metrics.ts'
import type { HeldMedia, PackagerSet } from './packager-set.ts'
import { formNames } from './stream-form.ts'

const held: readonly (readonly [name: string, help: string, key: keyof HeldMedia])[] = [
  ['sluice_packager_segments', 'Segments in memory, listed or not, the one that is being made included', 'segments'],
  ['sluice_packager_parts', 'Parts of these segments', 'parts'],
  ['sluice_packager_bytes', 'Bytes of these segments', 'bytes'],
  ['sluice_packager_waiting', 'Requests that wait for the next segment or part', 'waiting'],
]

/** What is cut into segments, and what is held of it. */
export function packagerMetrics(packagers: Pick<PackagerSet, 'status'>): MetricSource {
  return [
    {
      type: 'gauge',
      name: 'sluice_packagers',
      help: 'Streams that are cut into segments, by their form: cmaf, muxed or ts',
      labels: ['form'],
      read: () => {
        const running = packagers.status().filter(({ isRunning }) => isRunning)
        return formNames.map(form => ({ labels: { form }, value: running.filter(of => of.form === form).length }))
      },
    },
    ...held.map(
      ([name, help, key]): Metric => ({
        type: 'gauge',
        name,
        help,
        labels: ['stream', 'form'],
        read: () => packagers.status().map(of => ({ labels: { stream: of.stream, form: of.form }, value: of[key] })),
      }),
    ),
  ]
}
