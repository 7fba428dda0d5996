import { unlessMalformed } from '../../core/errors.ts'
import type { PeerAddress } from '../../core/peer-address.ts'
import type { Microseconds } from '../../core/units.ts'
import { type Call, refuseCall } from './call.ts'
import { decodeControlPacket, encodeControlPacket } from './control-packet.ts'
import type { Cookies } from './cookie.ts'
import {
  decodeHandshake,
  encodeHandshake,
  type Handshake,
  handshakeTypes,
  handshakeVersions,
  smallestMtu,
  srtMagic,
} from './handshake.ts'
import { contentOf, decodeCapabilities, decodeText, extensionTypes, srtFlags } from './handshake-extension.ts'
import { checkPacketSize, destinationOf, isControlPacket, timestampOf } from './packet.ts'
import type { RejectReason } from './reject-reason.ts'

/** What is to be done about a packet to nobody in particular. */
export type ListenerAnswer =
  | { readonly type: 'reply'; readonly packet: Uint8Array }
  | { readonly type: 'refusal'; readonly packet: Uint8Array; readonly reason: RejectReason }
  | { readonly type: 'call'; readonly call: Call }

export type ListenerOptions = {
  readonly cookies: Cookies
  /** Length of the key that callers are asked to choose, in bytes; 0 to leave it to them. */
  readonly keyLength: number
}

/**
 * The side of a connection that waits for callers. Remembers nothing: a caller gets a cookie, and whoever shows it
 * has received what was sent to its address.
 *
 * @see SRT draft §4.3.1
 */
export class SrtListener {
  readonly #cookies: Cookies
  readonly #keyLength: number

  constructor({ cookies, keyLength }: ListenerOptions) {
    this.#cookies = cookies
    this.#keyLength = keyLength
  }

  /**
   * Answer a packet. `undefined` for one that deserves no answer, such as one with a wrong cookie: it would go to an
   * address that may never have asked.
   *
   * @throws {ProtocolError} If it is malformed.
   */
  receive(packet: Uint8Array, peer: PeerAddress, now: Microseconds): ListenerAnswer | undefined {
    checkPacketSize(packet)
    if (!isControlPacket(packet) || destinationOf(packet) !== 0) return undefined
    const control = decodeControlPacket(packet)
    if (control.type !== 'handshake') return undefined
    const handshake = decodeHandshake(control.body)
    if (handshake.type === handshakeTypes.INDUCTION) return this.#induct(handshake, peer, now)
    if (handshake.type !== handshakeTypes.CONCLUSION) return undefined
    if (!this.#cookies.isGood(handshake.cookie, peer, now / 1000)) return undefined
    const request = (): Call | RejectReason =>
      requestRefusal(handshake) ?? callOf(handshake, peer, timestampOf(packet), now)
    const call = unlessMalformed(request) ?? 'SRT_REJ_ROGUE'
    if (typeof call !== 'string') return { type: 'call', call }
    return { type: 'refusal', packet: refuseCall({ handshake }, call), reason: call }
  }

  #induct(handshake: Handshake, peer: PeerAddress, now: Microseconds): ListenerAnswer | undefined {
    if (handshake.version < handshakeVersions.udt || handshake.extensions.length > 0) return undefined
    const body = encodeHandshake({
      ...handshake,
      version: handshakeVersions.srt,
      encryptionField: this.#keyLength / 8,
      extensionField: srtMagic,
      cookie: this.#cookies.bake(peer, now / 1000),
    })
    return { type: 'reply', packet: encodeControlPacket({ type: 'handshake', body }, 0, handshake.socketId) }
  }
}

/** Why we cannot talk to a caller, whatever it wants. */
export function requestRefusal({ version, extensions, mtu, socketId }: Handshake): RejectReason | undefined {
  if (version !== handshakeVersions.srt) return 'SRT_REJ_VERSION'
  const request = contentOf(extensions, extensionTypes.SRT_CMD_HSREQ)
  if (request === undefined || socketId === 0 || mtu < smallestMtu) return 'SRT_REJ_ROGUE'
  if ((decodeCapabilities(request).flags & srtFlags.STREAM) !== 0) return 'SRT_REJ_MESSAGEAPI'
  const congestion = contentOf(extensions, extensionTypes.SRT_CMD_CONGESTION)
  if (congestion !== undefined && decodeText(congestion) !== 'live') return 'SRT_REJ_CONGESTION'
  if (contentOf(extensions, extensionTypes.SRT_CMD_FILTER) !== undefined) return 'SRT_REJ_FILTER'
  return contentOf(extensions, extensionTypes.SRT_CMD_GROUP) === undefined ? undefined : 'SRT_REJ_GROUP'
}

/** What a request that is not refused asks for. Copies what it keeps. */
export function callOf(handshake: Handshake, peer: PeerAddress, timestamp: number, at: Microseconds): Call {
  const { extensions, peerAddress } = handshake
  const capabilities = decodeCapabilities(contentOf(extensions, extensionTypes.SRT_CMD_HSREQ) ?? new Uint8Array(0))
  const streamId = contentOf(extensions, extensionTypes.SRT_CMD_SID)
  const keyMaterial = contentOf(extensions, extensionTypes.SRT_CMD_KMREQ)
  return {
    peer,
    handshake: { ...handshake, peerAddress: Uint8Array.from(peerAddress), extensions: [] },
    timestamp,
    at,
    capabilities,
    streamId: streamId === undefined ? '' : decodeText(streamId),
    keyMaterial: keyMaterial && Uint8Array.from(keyMaterial),
  }
}
