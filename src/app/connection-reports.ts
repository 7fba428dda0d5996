import type { ConnectionReports } from '../contracts/connection-reports.ts'
import type { MetricSource } from '../contracts/metrics.ts'
import { noTsFaults, type TsFaults } from '../formats/mpegts/ts-faults.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'
import { faultMetrics } from '../metrics/fault-metrics.ts'
import { ReportBook } from '../metrics/report-book.ts'
import { type SrtReports, srtMetrics } from '../metrics/srt-metrics.ts'
import { zeroStatistics } from '../protocols/srt/statistics.ts'

/** Where connections of all protocols say how they are, and the metrics of what they say. */
export function createReports(registry: StreamRegistry): {
  readonly reports: { readonly srtReports: SrtReports; readonly faultReports: ConnectionReports<TsFaults> }
  readonly reportMetrics: readonly MetricSource[]
} {
  const srtReports: SrtReports = new ReportBook(zeroStatistics(), registry)
  const faultReports = new ReportBook<TsFaults>(noTsFaults, registry)
  return {
    reports: { srtReports, faultReports },
    reportMetrics: [srtMetrics(srtReports, registry), faultMetrics(faultReports)],
  }
}
