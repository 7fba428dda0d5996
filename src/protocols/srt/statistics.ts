/**
 * What one connection has counted since its start, under the names that libsrt gives the same numbers.
 *
 * @see libsrt docs/API/statistics.md
 */
export type SrtStatistics = {
  /** Data packets sent, retransmissions included. */
  pktSent: number
  /** Data packets received, retransmissions included. */
  pktRecv: number
  /** Packets that the peer reported as lost. */
  pktSndLoss: number
  /** Packets that were missing when a later one came. */
  pktRcvLoss: number
  pktRetrans: number
  pktRcvRetrans: number
  pktSentACK: number
  pktRecvACK: number
  pktSentNAK: number
  pktRecvNAK: number
  /** Packets that were too late to be sent, or sent again. */
  pktSndDrop: number
  /** Packets that had not come when their time was over. */
  pktRcvDrop: number
  /** Packets that could not be decrypted, or were not encrypted though they had to be. */
  pktRcvUndecrypt: number
  /** Packets that came when nobody waited for them any more. */
  pktRcvBelated: number
  /** Bytes of payload sent, retransmissions included. */
  byteSent: number
  byteRecv: number
  byteRetrans: number
}

export function zeroStatistics(): SrtStatistics {
  return {
    pktSent: 0,
    pktRecv: 0,
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
    byteRetrans: 0,
  }
}
