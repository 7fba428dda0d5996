import assert from 'node:assert/strict'
import { test } from 'vitest'
import { countsOfLibsrt, countsOfMetrics } from './srt-counts.ts'

test('SRT counts: both directions and all streams of the metrics together', () => {
  const text = [
    '# HELP sluice_srt_packets_total Data packets',
    'sluice_srt_packets_total{direction="received"} 1000',
    'sluice_srt_packets_total{direction="sent"} 1.5e+3',
    'sluice_srt_packets_lost_total{direction="received"} 3',
    'sluice_srt_packets_lost_total{direction="sent"} 0',
    'sluice_srt_packets_retransmitted_total{direction="received"} 2',
    'sluice_srt_packets_dropped_total{direction="received"} 1',
    'sluice_stream_faults_total{stream="live/a",fault="continuity"} 4',
    'sluice_stream_faults_total{stream="live/b",fault="damaged"} 5',
    'sluice_srt_bytes_total{direction="sent"} 99',
  ].join('\n')
  assert.deepEqual(countsOfMetrics(text), { packets: 2500, lost: 3, retransmitted: 2, dropped: 1, faults: 9 })
})

/** Cut from what srt-live-transmit 1.5.4 has written; the last line is not whole yet. */
const libsrtLines = `{"sid":1,"time":998,"send":{"packets":0,"packetsLost":0,"packetsDropped":0,"packetsRetransmitted":0},"recv":{"packets":500,"packetsLost":1,"packetsDropped":0,"packetsRetransmitted":1}}
{"sid":1,"time":1998,"send":{"packets":7,"packetsLost":0,"packetsDropped":0,"packetsRetransmitted":0},"recv":{"packets":1000,"packetsLost":2,"packetsDropped":1,"packetsRetransmitted":2}}
{"sid":1,"time":2998,"send":{"pack`

test('SRT counts: the last whole line of each process of libsrt', () => {
  const counts = { packets: 2014, lost: 4, retransmitted: 4, dropped: 2, faults: 0 }
  assert.deepEqual(countsOfLibsrt([libsrtLines, libsrtLines, '']), counts)
})
