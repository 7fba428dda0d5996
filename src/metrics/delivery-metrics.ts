import type { MetricSource, Sample } from '../contracts/metrics.ts'
import type { Milliseconds } from '../core/units.ts'
import type { DeliveryTotals } from '../hub/delivery-totals.ts'
import type { Stream } from '../hub/stream.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'

type DeliverySample = Sample<'stream' | 'protocol'>

const labels = ['stream', 'protocol'] as const

/** What the streams send, by protocol of the reader. */
export function deliveryMetrics(registry: StreamRegistry): MetricSource {
  return [
    {
      type: 'gauge',
      name: 'sluice_stream_subscribers',
      help: 'Readers of the stream: players, recorders and whoever else',
      labels,
      read: () => [...registry.streams].flatMap(subscriberSamples),
    },
    {
      type: 'gauge',
      name: 'sluice_stream_subscriber_lag_seconds',
      help: 'Media time that the slowest reader is behind',
      labels,
      read: () => [...registry.streams].flatMap(lagSamples),
    },
    {
      type: 'counter',
      name: 'sluice_stream_bytes_sent_total',
      help: 'Bytes that readers were sent, headers of the format included',
      labels,
      read: () => totals(registry, ({ bytesSent }) => bytesSent),
    },
    {
      type: 'counter',
      name: 'sluice_stream_frames_dropped_total',
      help: 'Frames that readers missed because they were too slow',
      labels,
      read: () => totals(registry, ({ framesDropped }) => framesDropped),
    },
  ]
}

function totals(registry: StreamRegistry, pick: (totals: DeliveryTotals) => number): DeliverySample[] {
  return [...registry.streams].flatMap(stream =>
    [...stream.deliveryTotals()].map(([protocol, total]) => ({
      labels: { stream: stream.name, protocol },
      value: pick(total),
    })),
  )
}

/** Protocols whose readers have all left show 0. */
function subscriberSamples(stream: Stream): DeliverySample[] {
  const counts = new Map([...stream.deliveryTotals().keys()].map(protocol => [protocol, 0]))
  for (const { info } of stream.subscribers) counts.set(info.protocol, (counts.get(info.protocol) ?? 0) + 1)
  return [...counts].map(([protocol, value]) => ({ labels: { stream: stream.name, protocol }, value }))
}

function lagSamples(stream: Stream): DeliverySample[] {
  const lags = new Map<string, Milliseconds>()
  for (const { info, counters } of stream.subscribers) {
    lags.set(info.protocol, Math.max(lags.get(info.protocol) ?? 0, counters.lag))
  }
  return [...lags].map(([protocol, lag]) => ({ labels: { stream: stream.name, protocol }, value: lag / 1000 }))
}
