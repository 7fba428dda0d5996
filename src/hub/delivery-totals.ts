import type { Bytes } from '../core/units.ts'
import type { Subscriber } from './subscriber.ts'

/** What the subscribers of one protocol were sent, those who have left included. Never goes back. */
export type DeliveryTotals = { bytesSent: Bytes; framesDropped: number }

/** Adds the counters of `subscriber` to the totals of its protocol. */
export function addDelivery(totals: Map<string, DeliveryTotals>, { info, counters }: Subscriber): void {
  const total = totals.get(info.protocol) ?? { bytesSent: 0, framesDropped: 0 }
  total.bytesSent += counters.bytesSent
  total.framesDropped += counters.framesDropped
  totals.set(info.protocol, total)
}
