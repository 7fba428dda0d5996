import type { Bytes, Milliseconds } from '../../core/units.ts'

/** IPv4, UDP and SRT: libsrt counts them with each packet, over IPv6 too. */
export const packetOverhead: Bytes = 20 + 8 + 16

/**
 * What one connection has counted since its start, under the names that libsrt gives the same numbers while nobody
 * clears them. Bytes of packets are those of payload and headers.
 *
 * @see libsrt docs/API/statistics.md
 */
export type SrtStatistics = {
  /** Data packets sent, retransmissions included. */
  pktSent: number
  /** Data packets received, retransmissions included. */
  pktRecv: number
  /** Data packets that came in time and could be read, each counted once. */
  pktRecvUnique: number
  /** Packets that the peer reported as lost. */
  pktSndLoss: number
  /** Packets that were missing when a later one came. */
  pktRcvLoss: number
  pktRetrans: number
  pktRcvRetrans: number
  /** Full acknowledgements: light ones are not counted, neither here nor below. */
  pktSentACK: number
  pktRecvACK: number
  pktSentNAK: number
  pktRecvNAK: number
  /** Packets that were too late to be sent, or sent again. */
  pktSndDrop: number
  /** Packets that had not come when their time was over, or could not be decrypted. */
  pktRcvDrop: number
  /** Packets that could not be decrypted, or were not encrypted though they had to be. */
  pktRcvUndecrypt: number
  /** Packets that came when nobody waited for them any more. */
  pktRcvBelated: number
  byteSent: Bytes
  byteRecv: Bytes
  byteRecvUnique: Bytes
  byteRetrans: Bytes
  byteSndDrop: Bytes
  /** Of payload alone. */
  byteRcvUndecrypt: Bytes
}

/** How a connection is at one moment, in the words of libsrt. Computed when somebody asks. */
export type SrtReport = Readonly<SrtStatistics> &
  Estimates &
  SendState &
  ReceiveState & {
    /** Since the connection was opened. */
    readonly msTimeStamp: Milliseconds
    /** Smoothed round trip time. */
    readonly msRTT: Milliseconds
    /** For how long the peer, and we, hold packets back. */
    readonly msSndTsbPdDelay: Milliseconds
    readonly msRcvTsbPdDelay: Milliseconds
  }

type Estimates = {
  /** Without retransmissions. */
  readonly pktSentUnique: number
  readonly byteSentUnique: Bytes
  /** Nobody knows how large they were: estimated by the mean size of those that came. */
  readonly byteRcvLoss: Bytes
  readonly byteRcvDrop: Bytes
}

/** How the sending half is. */
export type SendState = {
  /** Over the last 5 s. */
  readonly mbpsSendRate: number
  /** Packets for which the peer has said that it has room. */
  readonly pktFlowWindow: number
  /** Packets that were sent and are not acknowledged. */
  readonly pktFlightSize: number
  /** What waits to be sent or acknowledged. */
  readonly pktSndBuf: number
  readonly byteSndBuf: Bytes
  readonly msSndBuf: Milliseconds
}

/** How the receiving half is. */
export type ReceiveState = {
  /** How many packets may overtake a missing one, now, before it counts as lost. */
  readonly pktReorderTolerance: number
  /** The most packets that have overtaken one. */
  readonly pktReorderDistance: number
  /** Over the last 5 s. */
  readonly mbpsRecvRate: number
  /** What was acknowledged and waits for its time. */
  readonly pktRcvBuf: number
  readonly byteRcvBuf: Bytes
  readonly msRcvBuf: Milliseconds
}

export function zeroStatistics(): SrtStatistics {
  return {
    pktSent: 0,
    pktRecv: 0,
    pktRecvUnique: 0,
    pktSndLoss: 0,
    pktRcvLoss: 0,
    pktRetrans: 0,
    pktRcvRetrans: 0,
    pktSentACK: 0,
    pktRecvACK: 0,
    pktSentNAK: 0,
    pktRecvNAK: 0,
    pktSndDrop: 0,
    pktRcvDrop: 0,
    pktRcvUndecrypt: 0,
    pktRcvBelated: 0,
    byteSent: 0,
    byteRecv: 0,
    byteRecvUnique: 0,
    byteRetrans: 0,
    byteSndDrop: 0,
    byteRcvUndecrypt: 0,
  }
}

/** What follows from what was counted. */
export function estimatesOf(counted: Readonly<SrtStatistics>): Estimates {
  const { pktSent, pktRetrans, byteSent, byteRetrans, pktRecv, byteRecv, pktRcvLoss, pktRcvDrop } = counted
  const packetSize = pktRecv === 0 ? 0 : byteRecv / pktRecv
  return {
    pktSentUnique: pktSent - pktRetrans,
    byteSentUnique: byteSent - byteRetrans,
    byteRcvLoss: Math.round(pktRcvLoss * packetSize),
    byteRcvDrop: Math.round(pktRcvDrop * packetSize),
  }
}
