import type { Metric, MetricSource, Sample } from '../contracts/metrics.ts'
import type { Milliseconds } from '../core/units.ts'
import type { Stream } from '../hub/stream.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'
import type { SrtReport, SrtStatistics } from '../protocols/srt/statistics.ts'
import type { ReportBook } from './report-book.ts'

export type SrtReports = ReportBook<SrtStatistics, SrtReport>

/** A total under the name of its metric, and the statistics that it is made of: of what came in, and of what went out. */
type Total = {
  readonly name: string
  readonly help: string
  readonly received: keyof SrtStatistics
  readonly sent: keyof SrtStatistics
}

const traffic: readonly Total[] = [
  {
    name: 'packets_total',
    help: 'Data packets of SRT, retransmissions included',
    received: 'pktRecv',
    sent: 'pktSent',
  },
  {
    name: 'bytes_total',
    help: 'Bytes of these packets, with 44 of headers each',
    received: 'byteRecv',
    sent: 'byteSent',
  },
]

const troubles: readonly Total[] = [
  {
    name: 'packets_lost_total',
    help: 'Data packets that were missing at first: when a later one came, or as the peer says',
    received: 'pktRcvLoss',
    sent: 'pktSndLoss',
  },
  {
    name: 'packets_retransmitted_total',
    help: 'Data packets that came, or were sent, again',
    received: 'pktRcvRetrans',
    sent: 'pktRetrans',
  },
  {
    name: 'packets_dropped_total',
    help: 'Data packets that are missing for good: they were too late, or could not be decrypted',
    received: 'pktRcvDrop',
    sent: 'pktSndDrop',
  },
]

/** What SRT connections count: in total, and where a stream has trouble. */
export function srtMetrics(reports: SrtReports, registry: StreamRegistry): MetricSource {
  return [
    ...[...traffic, ...troubles].map(total => totalOfAll(total, reports)),
    ...troubles.map(total => totalByStream(total, reports)),
    {
      type: 'counter',
      name: 'sluice_srt_packets_undecryptable_total',
      help: 'Data packets of SRT that could not be decrypted, or were not encrypted though they had to be',
      read: () => reports.total().pktRcvUndecrypt,
    },
    {
      type: 'counter',
      name: 'sluice_srt_packets_belated_total',
      help: 'Data packets of SRT that came when nobody waited for them any more',
      read: () => reports.total().pktRcvBelated,
    },
    {
      type: 'gauge',
      name: 'sluice_stream_srt_rtt_seconds',
      help: 'Round trip time to the publisher, and the longest of those to its subscribers',
      ...perRole(registry, reports, ({ msRTT }) => msRTT),
    },
    {
      type: 'gauge',
      name: 'sluice_stream_srt_buffer_seconds',
      help: 'Time that is buffered of what the publisher sends, and the most of what a subscriber is sent',
      ...perRole(registry, reports, ({ msRcvBuf, msSndBuf }) => Math.max(msRcvBuf, msSndBuf)),
    },
  ]
}

function totalOfAll({ name, help, received, sent }: Total, reports: SrtReports): Metric {
  return {
    type: 'counter',
    name: `sluice_srt_${name}`,
    help,
    labels: ['direction'],
    read: () => {
      const total = reports.total()
      return [
        { labels: { direction: 'received' }, value: total[received] },
        { labels: { direction: 'sent' }, value: total[sent] },
      ]
    },
  }
}

function totalByStream({ name, help, received, sent }: Total, reports: SrtReports): Metric {
  return {
    type: 'counter',
    name: `sluice_stream_srt_${name}`,
    help,
    labels: ['stream', 'direction'],
    read: () =>
      [...reports.byStream()].flatMap(([stream, counted]) => [
        { labels: { stream, direction: 'received' }, value: counted[received] },
        { labels: { stream, direction: 'sent' }, value: counted[sent] },
      ]),
  }
}

function perRole(registry: StreamRegistry, reports: SrtReports, pick: (report: SrtReport) => Milliseconds) {
  const samplesOf = ({ name: stream, publication, subscribers }: Stream): Sample<'stream' | 'role'>[] => {
    const largestOf = (role: string, ids: readonly string[]): Sample<'stream' | 'role'>[] => {
      const values = ids
        .map(id => reports.of(id))
        .filter(report => report !== undefined)
        .map(pick)
      return values.length === 0 ? [] : [{ labels: { stream, role }, value: Math.max(...values) / 1000 }]
    }
    return [
      ...largestOf('publisher', publication === undefined ? [] : [publication.info.id]),
      ...largestOf(
        'subscriber',
        [...subscribers].map(({ info }) => info.id),
      ),
    ]
  }
  return { labels: ['stream', 'role'] as const, read: () => [...registry.streams].flatMap(samplesOf) }
}
