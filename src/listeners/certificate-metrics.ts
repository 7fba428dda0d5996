import { Counter, Gauge } from 'prom-client'
import type { MetricSource } from '../contracts/metrics.ts'
import type { CertificateFacts } from './certificate-files.ts'

/** Certificates by the protocol of their listener, as far as they have been read. */
export type Certificates = Readonly<Record<string, { readonly facts: CertificateFacts | undefined } | undefined>>

/** Until when the certificates are good, and whether newer ones have come. */
export function certificateMetrics(certificates: Certificates): MetricSource {
  const facts = (): [protocol: string, facts: CertificateFacts][] =>
    Object.entries(certificates).flatMap(([protocol, certificate]) => {
      return certificate?.facts === undefined ? [] : [[protocol, certificate.facts]]
    })
  return registry => {
    const common = { labelNames: ['protocol'] as const, registers: [registry] }
    new Gauge({
      ...common,
      name: 'sluice_tls_certificate_expiry_timestamp_seconds',
      help: 'When the certificate in use expires, in seconds since 1970',
      collect() {
        for (const [protocol, { validTo }] of facts()) this.set({ protocol }, validTo / 1000)
      },
    })
    new Gauge({
      ...common,
      name: 'sluice_tls_certificate_read_timestamp_seconds',
      help: 'When the certificate in use was read, in seconds since 1970',
      collect() {
        for (const [protocol, { readAt }] of facts()) this.set({ protocol }, readAt / 1000)
      },
    })
    new Counter({
      ...common,
      name: 'sluice_tls_certificate_refusals_total',
      help: 'Newer certificates that were refused, because a file could not be read or the two are no pair',
      collect() {
        this.reset()
        for (const [protocol, { refusals }] of facts()) this.inc({ protocol }, refusals)
      },
    })
  }
}
