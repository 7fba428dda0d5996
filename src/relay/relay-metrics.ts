import { Counter, Gauge } from 'prom-client'
import type { MetricSource } from '../contracts/metrics.ts'
import type { RelayState, RelayStatus, Relays } from '../contracts/relays.ts'

const labelNames = ['direction', 'stream', 'url', 'destination'] as const
const states: readonly RelayState[] = ['idle', 'connecting', 'sending', 'receiving', 'waiting', 'ended', 'failed']

const totals: readonly (readonly [name: string, help: string, read: (status: RelayStatus) => number])[] = [
  ['sluice_relay_bytes_total', 'Bytes that a relay has sent or received', status => status.bytes],
  [
    'sluice_relay_frames_dropped_total',
    'Frames that a destination missed because it, or its bitrate, was too slow',
    status => status.framesDropped,
  ],
  [
    'sluice_relay_failures_total',
    'How often a relay could not connect or lost its connection',
    status => status.failures,
  ],
]

/** Relays to and from other servers; series of a stream go with it. */
export function relayMetrics(relays: Relays): MetricSource {
  return registry => {
    new Gauge({
      name: 'sluice_relays',
      help: 'Relays to and from other servers, by state',
      labelNames: ['direction', 'state'],
      registers: [registry],
      collect() {
        this.reset()
        const list = relays.list()
        for (const direction of ['push', 'pull'] as const) {
          const ours = list.filter(status => status.direction === direction)
          for (const state of states)
            this.set({ direction, state }, ours.filter(status => status.state === state).length)
        }
      },
    })
    new Gauge({
      name: 'sluice_relay_up',
      help: '1 while the relay sends or receives, 0 while it does not though it should',
      labelNames,
      registers: [registry],
      collect() {
        this.reset()
        for (const { labels, status } of labelled(relays)) {
          if (hasWork(status)) this.set(labels, isUp(status) ? 1 : 0)
        }
      },
    })
    for (const [name, help, read] of totals) {
      new Counter({
        name,
        help,
        labelNames,
        registers: [registry],
        collect() {
          this.reset()
          for (const { labels, status } of labelled(relays)) this.inc(labels, read(status))
        },
      })
    }
  }
}

type Labels = Readonly<Record<(typeof labelNames)[number], string>>

/** Those of a stream, with what tells them apart. */
function labelled(relays: Relays): { readonly labels: Labels; readonly status: RelayStatus }[] {
  return relays.list().flatMap(status => {
    const { direction, stream, url, destination = '' } = status
    return stream === undefined
      ? []
      : [{ labels: { direction, stream, url, destination: String(destination) }, status }]
  })
}

function hasWork({ state }: RelayStatus): boolean {
  return state !== 'idle' && state !== 'ended'
}

function isUp({ state }: RelayStatus): boolean {
  return state === 'sending' || state === 'receiving'
}
