import { Counter } from 'prom-client'
import type { MetricSource } from '../contracts/metrics.ts'
import type { SegmentEncryption } from './segment-encryption.ts'

const counters = [
  ['sluice_hls_encrypted_segments_total', 'Segments that were encrypted, each once for all who ask for it', 'segments'],
  ['sluice_hls_encrypted_bytes_total', 'Bytes of these segments', 'bytes'],
] as const

/** What is encrypted for HLS, all streams together. */
export function encryptionMetrics(encryption: Pick<SegmentEncryption, 'totals'>): MetricSource {
  return registry => {
    for (const [name, help, key] of counters) {
      new Counter({
        name,
        help,
        registers: [registry],
        collect() {
          this.reset()
          this.inc(encryption.totals[key])
        },
      })
    }
  }
}
