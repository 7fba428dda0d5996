import type { Metric, MetricSource, Sample } from '../contracts/metrics.ts'
import type { RelayState, RelayStatus, Relays } from '../contracts/relays.ts'

const labels = ['direction', 'stream', 'url', 'destination'] as const
type Label = (typeof labels)[number]

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
  return [
    {
      type: 'gauge',
      name: 'sluice_relays',
      help: 'Relays to and from other servers, by state',
      labels: ['direction', 'state'],
      read: () => countByState(relays.list()),
    },
    {
      type: 'gauge',
      name: 'sluice_relay_up',
      help: '1 while the relay sends or receives, 0 while it does not though it should',
      labels,
      read: () => samplesOf(relays.list().filter(hasWork), status => (isUp(status) ? 1 : 0)),
    },
    ...totals.map(([name, help, value]): Metric => {
      return { type: 'counter', name, help, labels, read: () => samplesOf(relays.list(), value) }
    }),
  ]
}

function countByState(list: readonly RelayStatus[]): Sample<'direction' | 'state'>[] {
  return (['push', 'pull'] as const).flatMap(direction => {
    const ours = list.filter(status => status.direction === direction)
    return states.map(state => ({
      labels: { direction, state },
      value: ours.filter(status => status.state === state).length,
    }))
  })
}

/** Of those of a stream, with what tells them apart. */
function samplesOf(list: readonly RelayStatus[], value: (status: RelayStatus) => number): Sample<Label>[] {
  return list.flatMap(status => {
    const { direction, stream, url, destination = '' } = status
    if (stream === undefined) return []
    return [{ labels: { direction, stream, url, destination: String(destination) }, value: value(status) }]
  })
}

function hasWork({ state }: RelayStatus): boolean {
  return state !== 'idle' && state !== 'ended'
}

function isUp({ state }: RelayStatus): boolean {
  return state === 'sending' || state === 'receiving'
}
