import type { MetricSource, Sample } from '../contracts/metrics.ts'
import type { ProtocolFault } from '../core/errors.ts'

/** What a listener counts in plain fields. */
export type Listener = {
  readonly connectionCount: number
  readonly counters: { readonly connections: number; readonly faults: Readonly<Record<ProtocolFault, number>> }
}

/** Connections and their faults, by protocol. */
export function listenerMetrics(listeners: Readonly<Record<string, Listener>>): MetricSource {
  const perListener = (value: (listener: Listener) => number) => ({
    labels: ['protocol'] as const,
    read: () =>
      Object.entries(listeners).map(([protocol, listener]) => ({ labels: { protocol }, value: value(listener) })),
  })
  return [
    {
      type: 'gauge',
      name: 'sluice_connections',
      help: 'Connections that are open',
      ...perListener(listener => listener.connectionCount),
    },
    {
      type: 'counter',
      name: 'sluice_connections_total',
      help: 'Connections that were accepted',
      ...perListener(listener => listener.counters.connections),
    },
    {
      type: 'counter',
      name: 'sluice_protocol_errors_total',
      help: 'Connections that were closed because the peer broke its protocol, by the kind of fault',
      labels: ['protocol', 'fault'],
      read: () => Object.entries(listeners).flatMap(faultSamples),
    },
  ]
}

function faultSamples([protocol, { counters }]: [string, Listener]): Sample<'protocol' | 'fault'>[] {
  return Object.entries(counters.faults).map(([fault, value]) => ({ labels: { protocol, fault }, value }))
}
