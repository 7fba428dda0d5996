import assert from 'node:assert/strict'
import { test } from 'vitest'
import { addDelivery, type DeliveryTotals } from './delivery-totals.ts'
import type { Subscriber } from './subscriber.ts'

function sent(protocol: string, bytesSent: number, framesDropped: number): Subscriber {
  return {
    info: { id: `${protocol}-1`, protocol, peer: 'test', since: 0 },
    counters: { bytesSent, framesDropped, lag: 0 },
    wake: () => false,
    publisherLeft: () => undefined,
    publisherReturned: () => undefined,
    end: () => undefined,
  }
}

test('delivery totals: subscribers of one protocol add up', () => {
  const totals = new Map<string, DeliveryTotals>()
  addDelivery(totals, sent('rtmp', 100, 1))
  addDelivery(totals, sent('rtmp', 20, 0))
  addDelivery(totals, sent('http-flv', 7, 3))
  assert.deepEqual(Object.fromEntries(totals), {
    rtmp: { bytesSent: 120, framesDropped: 1 },
    'http-flv': { bytesSent: 7, framesDropped: 3 },
  })
})
