import assert from 'node:assert/strict'
import { test } from 'vitest'
import { perfectPath } from '../../../test/support/lossy-path.ts'
import { SrtLink } from '../../../test/support/srt-link.ts'
import { encodeDataPacket } from './data-packet.ts'
import { createKeyMaterial } from './payload-keys.ts'
import type { SrtReport } from './statistics.ts'

const payloadSize = 1316
const packetSize = payloadSize + 44
const payload = new Uint8Array(payloadSize).fill(1)

/** One payload each millisecond: 10.88 Mbit/s with headers. */
function stream(link: SrtLink, ms: number): void {
  link.run(ms, () => link.send(payload))
}

function reports({ caller, listener, now }: SrtLink): { readonly sent: SrtReport; readonly received: SrtReport } {
  return { sent: caller.session.report(now), received: listener.session.report(now) }
}

test('statistics: while packets flow, buffers, rates and the round trip say so', () => {
  const link = new SrtLink({ ...perfectPath, delay: 10_000 })
  stream(link, 4000)
  const { sent, received } = reports(link)
  assert.equal(sent.msTimeStamp, 4000)
  assert.equal(sent.msRTT, 20)
  assert.equal(received.msRTT, 20)
  assert.deepEqual([sent.msSndTsbPdDelay, received.msRcvTsbPdDelay], [120, 120])
  for (const rate of [sent.mbpsSendRate, received.mbpsRecvRate]) assert.ok(Math.abs(rate - 10.88) < 0.1, `${rate}`)

  assert.equal(received.pktRcvBuf, 120)
  assert.equal(received.msRcvBuf, 119)
  assert.equal(received.byteRcvBuf, received.pktRcvBuf * packetSize)
  assert.ok(sent.pktSndBuf >= 20 && sent.pktSndBuf <= 40, `${sent.pktSndBuf} packets wait`)
  assert.equal(sent.msSndBuf, sent.pktSndBuf - 1)
  assert.equal(sent.byteSndBuf, sent.pktSndBuf * packetSize)
  assert.equal(sent.pktFlightSize, sent.pktSndBuf)
  assert.ok(sent.pktFlowWindow > 8000 && sent.pktFlowWindow < 8192, `${sent.pktFlowWindow} free`)
})

test('statistics: nothing waits when everything was delivered', () => {
  const link = new SrtLink(perfectPath)
  stream(link, 100)
  link.run(1000)
  const { sent, received } = reports(link)
  assert.deepEqual([sent.pktSndBuf, sent.byteSndBuf, sent.msSndBuf, sent.pktFlightSize], [0, 0, 0, 0])
  assert.deepEqual([received.pktRcvBuf, received.byteRcvBuf, received.msRcvBuf], [0, 0, 0])
})

test('statistics: both ends count the same packets, with 44 bytes of headers each', () => {
  const link = new SrtLink({ ...perfectPath, delay: 5000, loss: 0.05 })
  stream(link, 2000)
  link.run(1000)
  const { sent, received } = reports(link)
  assert.equal(sent.pktSent, sent.pktSentUnique + sent.pktRetrans)
  assert.equal(sent.pktSentUnique, 2000)
  assert.equal(sent.byteSentUnique, 2000 * packetSize)
  assert.ok(sent.pktRetrans > 50, `${sent.pktRetrans} sent again`)
  assert.equal(received.pktRecvUnique + received.pktRcvDrop, 2000)
  assert.equal(received.byteRecvUnique, received.pktRecvUnique * packetSize)
  assert.equal(received.byteRecv, received.pktRecv * packetSize)
  assert.equal(received.byteRcvLoss, received.pktRcvLoss * packetSize)
  assert.ok(received.pktRcvRetrans <= sent.pktRetrans && received.pktRcvRetrans > 0)
  assert.equal(received.pktRecv, received.pktRecvUnique + received.pktRcvBelated)
  assert.ok(sent.pktRecvACK <= received.pktSentACK && sent.pktRecvNAK <= received.pktSentNAK)
})

test('statistics: light acknowledgements are no acknowledgements', () => {
  const link = new SrtLink(perfectPath)
  for (let i = 0; i < 500; i++) link.send(payload)
  link.run(1000)
  const { sent, received } = reports(link)
  assert.equal(sent.pktRecvACK, received.pktSentACK)
  assert.ok(received.pktSentACK <= 100, `${received.pktSentACK} in 100 periods`)
})

test('statistics: what the sender drops is counted in bytes too', () => {
  const link = new SrtLink({ ...perfectPath, loss: 1 })
  stream(link, 200)
  link.run(1300)
  const { sent } = reports(link)
  assert.equal(sent.pktSndDrop, 200)
  assert.equal(sent.byteSndDrop, 200 * packetSize)
})

test('statistics: what cannot be decrypted was received, and is dropped', async () => {
  const secret = await createKeyMaterial('correct-horse', 16)
  const link = new SrtLink(perfectPath, { secret })
  const data = {
    sequence: 0x7fff_ff00,
    message: 1,
    key: 'none',
    isRetransmitted: false,
    timestamp: 0,
    payload,
  } as const
  link.listener.session.receive(encodeDataPacket(data, 1), 0)
  const { received } = reports(link)
  assert.deepEqual([received.pktRecv, received.byteRecv], [1, packetSize])
  assert.deepEqual([received.pktRcvUndecrypt, received.byteRcvUndecrypt], [1, payloadSize])
  assert.deepEqual([received.pktRcvDrop, received.byteRcvDrop], [1, packetSize])
  assert.deepEqual([received.pktRecvUnique, received.byteRecvUnique], [0, 0])
})
