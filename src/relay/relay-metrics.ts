import { Counter, Gauge } from 'prom-client'
import type { MetricSource } from '../contracts/metrics.ts'
import type { RelayState, RelayStatus, Relays } from '../contracts/relays.ts'

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
    for (const [name, help, read] of totals) {
      new Counter({
        name,
        help,
        labelNames: ['direction', 'stream', 'url', 'destination'],
        registers: [registry],
        collect() {
          this.reset()
          for (const status of relays.list()) {
            const { direction, stream, url, destination = '' } = status
            if (stream !== undefined) this.inc({ direction, stream, url, destination }, read(status))
          }
        },
      })
    }
  }
}
