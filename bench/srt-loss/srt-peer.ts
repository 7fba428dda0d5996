/** What one end of a connection has counted, under libsrt's names. */
export type SrtSummary = {
  readonly pktSent: number
  readonly pktRetrans: number
  readonly pktRecv: number
  readonly pktRcvRetrans: number
  readonly pktRcvLoss: number
  readonly pktRcvDrop: number
}

/** One end of a connection, ours or libsrt's. */
export type SrtPeer = {
  send(payload: Uint8Array): void
  /** End the connection and say what was counted. */
  close(): Promise<SrtSummary>
}
