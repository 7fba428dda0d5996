import type { MetricSource } from '../contracts/metrics.ts'
import type { CertificateFacts } from './certificate-files.ts'

/** Certificates by the protocol of their listener, as far as they have been read. */
export type Certificates = Readonly<Record<string, { readonly facts: CertificateFacts | undefined } | undefined>>

/** Until when the certificates are good, and whether newer ones have come. */
export function certificateMetrics(certificates: Certificates): MetricSource {
  const perListener = (value: (facts: CertificateFacts) => number) => ({
    labels: ['protocol'] as const,
    read: () =>
      Object.entries(certificates).flatMap(([protocol, certificate]) => {
        return certificate?.facts === undefined ? [] : [{ labels: { protocol }, value: value(certificate.facts) }]
      }),
  })
  return [
    {
      type: 'gauge',
      name: 'sluice_tls_certificate_expiry_timestamp_seconds',
      help: 'When the certificate in use expires, in seconds since 1970',
      ...perListener(({ validTo }) => validTo / 1000),
    },
    {
      type: 'gauge',
      name: 'sluice_tls_certificate_read_timestamp_seconds',
      help: 'When the certificate in use was read, in seconds since 1970',
      ...perListener(({ readAt }) => readAt / 1000),
    },
    {
      type: 'counter',
      name: 'sluice_tls_certificate_refusals_total',
      help: 'Newer certificates that were refused, because a file could not be read or the two are no pair',
      ...perListener(({ refusals }) => refusals),
    },
  ]
}
