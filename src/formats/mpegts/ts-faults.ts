import type { Bytes } from '../../core/units.ts'

/** What of a transport stream was not as it should be. Plain numbers that only grow. */
export type TsFaults = {
  /** Times that the continuity counter of a PID has jumped: packets are missing. */
  readonly continuityErrors: number
  /** Packets whose sender, or the network, says that they are wrong. */
  readonly transportErrors: number
  /** Packets whose payload is encrypted. */
  readonly scrambledPackets: number
  /** Access units, PES packets and tables that were left out: not whole, not readable, or not decodable after a loss. */
  readonly damagedUnits: number
  /** Bytes that belonged to no packet. */
  readonly skippedBytes: Bytes
}

export const noTsFaults: TsFaults = {
  continuityErrors: 0,
  transportErrors: 0,
  scrambledPackets: 0,
  damagedUnits: 0,
  skippedBytes: 0,
}
