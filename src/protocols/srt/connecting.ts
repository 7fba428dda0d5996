import type { Microseconds, Milliseconds } from '../../core/units.ts'
import { encodePeerAddress, type Handshake, handshakeTypes, handshakeVersions } from './handshake.ts'
import type { HandshakeFailure } from './handshake-failure.ts'
import type { KeyLength } from './key-material.ts'
import type { RefreshPlan } from './payload-keys.ts'
import { receiveCapacity } from './receiver.ts'
import type { SrtSessionOptions } from './srt-session.ts'

/** What a side that wants to connect begins with. */
export type ConnectOptions = {
  /** Ours, which nobody can guess. */
  readonly socketId: number
  /** Of the first packet that we send, which nobody can guess. */
  readonly initialSequence: number
  /** IP address of the peer. */
  readonly peerAddress: string
  /** The shortest that we want, in either direction; the peer may want a longer one. */
  readonly latency: Milliseconds
  /** Empty for none. */
  readonly streamId: string
  /** Empty for a connection that is not encrypted. */
  readonly passphrase: string
  /** `undefined` for the length that the peer asks for. */
  readonly keyLength: KeyLength | undefined
  readonly refreshPlan?: RefreshPlan | undefined
  /** When our clock begins. */
  readonly startedAt: Microseconds
  /** How long the peer may take until we are connected. */
  readonly timeout: Microseconds
}

/** Who holds a handshake. Of the last two, one is called, once. */
export type ConnectHandler = {
  /** Send this to the peer. Takes over the packet. */
  transmit(packet: Uint8Array): void
  onConnected(session: SrtSessionOptions): void
  onFailed(failure: HandshakeFailure): void
}

/** Maximum transmission unit on Ethernet. */
const ethernetMtu = 1500

/** A handshake of ours that says nothing yet. */
export function emptyHandshake({ socketId, initialSequence, peerAddress }: ConnectOptions): Handshake {
  return {
    version: handshakeVersions.srt,
    encryptionField: 0,
    extensionField: 0,
    initialSequence,
    mtu: ethernetMtu,
    flowWindow: receiveCapacity,
    type: handshakeTypes.CONCLUSION,
    socketId,
    cookie: 0,
    peerAddress: encodePeerAddress(peerAddress),
    extensions: [],
  }
}
