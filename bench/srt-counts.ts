/** What a server under test says of all its SRT connections, both directions together. */
export type SrtCounts = {
  readonly packets: number
  /** Missing at first: on loopback, what the buffers of sockets had no room for. */
  readonly lost: number
  readonly retransmitted: number
  /** Missing for good. */
  readonly dropped: number
  /** Of the transport streams that were published: anything that is not whole. */
  readonly faults: number
}

/** Read them from what Sluice says at /metrics. */
export function countsOfMetrics(text: string): SrtCounts {
  const sum = (name: string): number =>
    [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? ([\\d.e+]+)$`, 'gm'))].reduce(
      (total, [, value]) => total + Number(value),
      0,
    )
  return {
    packets: sum('sluice_srt_packets_total'),
    lost: sum('sluice_srt_packets_lost_total'),
    retransmitted: sum('sluice_srt_packets_retransmitted_total'),
    dropped: sum('sluice_srt_packets_dropped_total'),
    faults: sum('sluice_stream_faults_total'),
  }
}

type LibsrtHalf = Record<'packets' | 'packetsLost' | 'packetsDropped' | 'packetsRetransmitted', number>

/** Read them from the JSON lines of srt-live-transmit, of which each has the totals until then; one text per process. */
export function countsOfLibsrt(texts: readonly string[]): SrtCounts {
  const halves = texts.flatMap(text => {
    const last = text.split('\n').findLast(line => line.startsWith('{') && line.endsWith('}}'))
    if (last === undefined) return []
    const { send, recv } = JSON.parse(last) as { readonly send: LibsrtHalf; readonly recv: LibsrtHalf }
    return [send, recv]
  })
  const sum = (name: keyof LibsrtHalf): number => halves.reduce((total, half) => total + half[name], 0)
  return {
    packets: sum('packets'),
    lost: sum('packetsLost'),
    retransmitted: sum('packetsRetransmitted'),
    dropped: sum('packetsDropped'),
    faults: 0,
  }
}
