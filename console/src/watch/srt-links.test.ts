import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { Publisher, SrtReport, Subscriber } from '../api/sluice-api.ts'
import { srtLinks } from './srt-links.ts'

const report: SrtReport = {
  msRTT: 12.4,
  msRcvBuf: 118,
  msSndBuf: 35,
  pktSentUnique: 1000,
  pktSndLoss: 40,
  pktRetrans: 41,
  pktSndDrop: 2,
  pktRecvUnique: 995,
  pktRcvLoss: 20,
  pktRcvRetrans: 19,
  pktRcvDrop: 5,
}
const publisher: Publisher = { id: 'srt-1', protocol: 'srt', peer: '192.0.2.1:4000', encoder: null }
const subscriber: Subscriber = {
  id: 'srt-2',
  protocol: 'srt',
  peer: '192.0.2.2:4000',
  startedAt: '2026-01-01T00:00:00Z',
  isViewer: true,
  bytesSent: 0,
  framesDropped: 0,
  lagMs: 0,
}

test('srt links: a publisher has what was received, a reader what was sent', () => {
  const links = srtLinks({ publisher: { ...publisher, srt: report }, subscribers: [{ ...subscriber, srt: report }] })
  const received = { lostShare: 0.02, lost: 20, repeated: 19, dropped: 5, bufferMs: 118 }
  const sent = { lostShare: 0.04, lost: 40, repeated: 41, dropped: 2, bufferMs: 35 }
  assert.deepEqual(links, [
    { id: 'srt-1', role: 'Publisher', peer: '192.0.2.1:4000', rttMs: 12.4, ...received },
    { id: 'srt-2', role: 'Reader', peer: '192.0.2.2:4000', rttMs: 12.4, ...sent },
  ])
})

test('srt links: connections of other protocols have none', () => {
  assert.deepEqual(srtLinks({ publisher, subscribers: [subscriber] }), [])
  assert.deepEqual(srtLinks({ publisher: null, subscribers: [] }), [])
})

test('srt links: of nothing, nothing is lost', () => {
  const idle = { ...report, pktSentUnique: 0, pktSndLoss: 0 }
  const [link] = srtLinks({ publisher: null, subscribers: [{ ...subscriber, srt: idle }] })
  assert.equal(link?.lostShare, 0)
})
