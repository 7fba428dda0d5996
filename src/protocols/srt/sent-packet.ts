import type { Bytes, Microseconds } from '../../core/units.ts'
import { headerSize } from './packet.ts'
import type { RoundTrip } from './round-trip.ts'
import { packetOverhead } from './statistics.ts'

/** A packet that the peer has not acknowledged. Used again for another when it has. */
export type SentPacket = {
  packet: Uint8Array
  submittedAt: Microseconds
  /** What its timestamp says: when it was first sent, or until then when it was submitted. */
  stampedAt: Microseconds
  /** When it was last sent. */
  sentAt: Microseconds
  isRepeated: boolean
}

export function newPacket(): SentPacket {
  return { packet: nothing, submittedAt: 0, stampedAt: 0, sentAt: 0, isRepeated: false }
}

const nothing = new Uint8Array(0)

/** As libsrt counts it; 0 for none. */
export function wireSize(entry: SentPacket | undefined): Bytes {
  return entry === undefined ? 0 : entry.packet.length - headerSize + packetOverhead
}

/** A peer that says again what it still misses. */
export type RepeatingPeer = {
  readonly roundTrip: RoundTrip
  /** For how long it holds packets back. */
  readonly latency: Microseconds
}

/**
 * True for what was sent again less than a round trip ago: the peer could not tell of it yet, and will ask once more if
 * that gets lost. Where its next word would come too late, each word counts.
 *
 * @see libsrt SRTO_RETRANSMITALGO
 */
export function isUnderway(entry: SentPacket, { roundTrip, latency }: RepeatingPeer, now: Microseconds): boolean {
  const { rtt, variance, isMeasured, nakInterval } = roundTrip
  const { isRepeated, sentAt, stampedAt } = entry
  if (!isRepeated || !isMeasured) return false
  const nextWordAt = sentAt + rtt + nakInterval
  return nextWordAt <= stampedAt + latency && now - sentAt < rtt - 4 * variance
}
