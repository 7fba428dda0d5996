import type { MetricSource } from '../contracts/metrics.ts'
import type { SegmentEncryption } from './segment-encryption.ts'

/** What is encrypted for HLS, all streams together. */
export function encryptionMetrics(encryption: Pick<SegmentEncryption, 'totals'>): MetricSource {
  return [
    {
      type: 'counter',
      name: 'sluice_hls_encrypted_segments_total',
      help: 'Segments that were encrypted, each once for all who ask for it',
      read: () => encryption.totals.segments,
    },
    {
      type: 'counter',
      name: 'sluice_hls_encrypted_bytes_total',
      help: 'Bytes of these segments',
      read: () => encryption.totals.bytes,
    },
  ]
}
