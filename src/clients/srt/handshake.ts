import { createSecretKey, randomBytes, randomInt } from 'node:crypto'
import type { PeerAddress } from '../../core/peer-address.ts'
import type { Microseconds } from '../../core/units.ts'
import { AwaitedCaller, type AwaitedCallerHandler } from '../../protocols/srt/awaited-caller.ts'
import { SrtCaller } from '../../protocols/srt/caller.ts'
import { Cookies } from '../../protocols/srt/cookie.ts'
import type { HandshakeFailure } from '../../protocols/srt/handshake-failure.ts'
import { SrtRendezvous } from '../../protocols/srt/rendezvous.ts'
import type { Ticking } from '../../protocols/srt/session-ticker.ts'
import type { SrtSessionOptions } from '../../protocols/srt/srt-session.ts'
import type { SrtUrl } from '../../protocols/srt/srt-url.ts'

/** How a connection comes about. Goes on being told what comes: the peer may not have heard that it is there. */
export type Handshake = Ticking & { receive(packet: Uint8Array, now: Microseconds, from: PeerAddress): void }

export type HandshakeHandler = AwaitedCallerHandler & { onFailed(failure: HandshakeFailure): void }

export type HandshakeBeginning = {
  /** Ours. */
  readonly socketId: number
  readonly startedAt: Microseconds
  /** How long a peer may take. A caller is waited for without end. */
  readonly timeout: Microseconds
}

/** Cookies are near 0: see SrtRendezvous. */
const largestCookie = 2 ** 16

/** Wait for a caller. */
export function awaitCaller(url: SrtUrl, { socketId }: HandshakeBeginning, handler: HandshakeHandler): Handshake {
  const { latency, passphrase, keyLength = 0, refreshPlan } = url
  const cookies = new Cookies(createSecretKey(randomBytes(32)))
  return new AwaitedCaller({ cookies, keyLength, socketId, latency, passphrase, refreshPlan }, handler)
}

/** Call a peer, or meet it half-way. */
export function greet(
  url: SrtUrl,
  peer: PeerAddress,
  beginning: HandshakeBeginning,
  handler: HandshakeHandler,
): Handshake {
  const { mode, latency, streamId, passphrase, keyLength, refreshPlan } = url
  const wishes = { latency, streamId, passphrase, keyLength, refreshPlan }
  const initialSequence = randomInt(0, 2 ** 31)
  const options = { ...beginning, ...wishes, initialSequence, peerAddress: peer.address }
  const ofPeer = {
    transmit: (packet: Uint8Array) => handler.transmit(packet, peer),
    onConnected: (session: SrtSessionOptions) => handler.onConnected(session, peer),
    onFailed: (failure: HandshakeFailure) => handler.onFailed(failure),
  }
  if (mode === 'caller') return new SrtCaller(options, ofPeer)
  const cookie = randomInt(1, largestCookie) * (randomInt(2) === 0 ? 1 : -1)
  return new SrtRendezvous({ ...options, peer, cookie }, ofPeer)
}
