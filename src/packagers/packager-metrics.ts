import { Gauge } from 'prom-client'
import type { MetricSource } from '../contracts/metrics.ts'
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
  return registry => {
    new Gauge({
      name: 'sluice_packagers',
      help: 'Streams that are cut into segments, by their form: cmaf, muxed or ts',
      labelNames: ['form'],
      registers: [registry],
      collect() {
        for (const form of formNames) {
          this.set({ form }, packagers.status().filter(packager => packager.form === form && packager.isRunning).length)
        }
      },
    })
    for (const [name, help, key] of held) {
      new Gauge({
        name,
        help,
        labelNames: ['stream', 'form'],
        registers: [registry],
        collect() {
          this.reset()
          for (const status of packagers.status()) {
            this.set({ stream: status.stream, form: status.form }, status[key])
          }
        },
      })
    }
  }
}
