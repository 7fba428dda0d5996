import { ProtocolError } from '../../core/errors.ts'
import type { PeerAddress } from '../../core/peer-address.ts'
import type { Microseconds, Milliseconds } from '../../core/units.ts'
import { encodeControlPacket } from './control-packet.ts'
import { encodeHandshake, extensionFlags, type Handshake, handshakeTypes } from './handshake.ts'
import {
  type Capabilities,
  encodeCapabilities,
  extensionTypes,
  type HandshakeExtension,
  srtFlags,
} from './handshake-extension.ts'
import { encodeKeyMaterial } from './key-material.ts'
import { openKeyMaterial, type SharedSecret } from './payload-keys.ts'
import { type RejectReason, rejectReasons } from './reject-reason.ts'
import type { SrtSessionOptions } from './srt-session.ts'

/** A caller that has shown its cookie and says what it wants. It waits for an answer, and asks again meanwhile. */
export type Call = {
  readonly peer: PeerAddress
  readonly handshake: Handshake
  /** Of the packet, and when that has come. */
  readonly timestamp: number
  readonly at: Microseconds
  readonly capabilities: Capabilities
  readonly streamId: string
  readonly keyMaterial: Uint8Array | undefined
}

/** How we present ourselves. Features since this version of libsrt are told by flags. */
export const ownVersion = 0x01_05_00
export const ownFlags =
  srtFlags.TSBPDSND |
  srtFlags.TSBPDRCV |
  srtFlags.CRYPT |
  srtFlags.TLPKTDROP |
  srtFlags.PERIODICNAK |
  srtFlags.REXMITFLG

export type SecretAgreement =
  | { readonly ok: true; readonly secret: SharedSecret | undefined }
  | { readonly ok: false; readonly reason: RejectReason }

/** What callers must know. */
export type SecretRule = {
  /** Empty for none. */
  readonly passphrase: string
  /** Whether callers who have none are let in. */
  readonly encryption: 'required' | 'optional'
}

/** Find the keys that a call offers. Both sides have a passphrase, and the same one, or neither has. */
export async function agreeOnSecret(
  { keyMaterial }: Pick<Call, 'keyMaterial'>,
  { passphrase, encryption }: SecretRule,
): Promise<SecretAgreement> {
  const isPlainTaken = passphrase === '' || encryption === 'optional'
  if (keyMaterial === undefined && isPlainTaken) return { ok: true, secret: undefined }
  if (keyMaterial === undefined || passphrase === '') return { ok: false, reason: 'SRT_REJ_UNSECURE' }
  try {
    const secret = await openKeyMaterial(keyMaterial, passphrase)
    return secret === undefined ? { ok: false, reason: 'SRT_REJ_BADSECRET' } : { ok: true, secret }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    return { ok: false, reason: error.fault === 'unsupported' ? 'SRT_REJ_CRYPTO' : 'SRT_REJ_ROGUE' }
  }
}

export type AcceptOptions = {
  /** Ours. */
  readonly socketId: number
  /** The shortest that we want, in either direction; the peer may want a longer one. */
  readonly latency: Milliseconds
  readonly secret: SharedSecret | undefined
  /** When our clock begins. */
  readonly startedAt: Microseconds
}

export type AcceptedCall = {
  /** Tells the caller so; again whenever it asks again. Its clock begins with ours by what it reads here. */
  answerAt(now: Microseconds): Uint8Array
  readonly session: SrtSessionOptions
}

/** Say yes. */
export function acceptCall(call: Call, { socketId, latency, secret, startedAt }: AcceptOptions): AcceptedCall {
  const { handshake } = call
  const { fields, receiveLatency, sendLatency, peerRepeatsReports } = respond(call, latency, secret)
  const body = encodeHandshake({ ...handshake, ...fields, type: handshakeTypes.CONCLUSION, socketId })
  return {
    answerAt: now => encodeControlPacket({ type: 'handshake', body }, now - startedAt, handshake.socketId),
    session: {
      peerSocketId: handshake.socketId,
      // As libsrt does, both directions begin with what the caller says.
      initialSequence: handshake.initialSequence,
      peerInitialSequence: handshake.initialSequence,
      flowWindow: handshake.flowWindow,
      mtu: handshake.mtu,
      peerRepeatsReports,
      receiveLatency: receiveLatency * 1000,
      sendLatency: sendLatency * 1000,
      secret,
      startedAt,
      peerTimestamp: call.timestamp,
      peerTime: call.at,
    },
  }
}

/** What follows from the capabilities of the two sides. */
export type Agreement = {
  readonly receiveLatency: Milliseconds
  readonly sendLatency: Milliseconds
  /** The peer says again what it still misses. */
  readonly peerRepeatsReports: boolean
}

/** The latency in each direction is the longer of those that the two sides ask for. */
export function agreeOnTerms(latency: Milliseconds, { flags, receiverDelay, senderDelay }: Capabilities): Agreement {
  return {
    receiveLatency: Math.max(latency, senderDelay),
    sendLatency: Math.max(latency, receiverDelay),
    peerRepeatsReports: (flags & srtFlags.PERIODICNAK) !== 0,
  }
}

export type ResponseTerms = Agreement & {
  /** The part of the responder's conclusion that answers the request. */
  readonly fields: Pick<Handshake, 'encryptionField' | 'extensionField' | 'extensions'>
}

/** Answer a request. */
export function respond(
  { capabilities }: Pick<Call, 'capabilities'>,
  latency: Milliseconds,
  secret: SharedSecret | undefined,
): ResponseTerms {
  const agreement = agreeOnTerms(latency, capabilities)
  const delays = { receiverDelay: agreement.receiveLatency, senderDelay: agreement.sendLatency }
  const own = encodeCapabilities({ version: ownVersion, flags: ownFlags, ...delays })
  const extensions: HandshakeExtension[] = [{ type: extensionTypes.SRT_CMD_HSRSP, content: own }]
  if (secret !== undefined) {
    extensions.push({ type: extensionTypes.SRT_CMD_KMRSP, content: encodeKeyMaterial(secret.material) })
  }
  const extensionField = extensionFlags.HSREQ | (secret === undefined ? 0 : extensionFlags.KMREQ)
  return { ...agreement, fields: { encryptionField: 0, extensionField, extensions } }
}

/** Say no, and why. */
export function refuseCall({ handshake }: Pick<Call, 'handshake'>, reason: RejectReason): Uint8Array {
  const body = encodeHandshake({ ...handshake, type: rejectReasons[reason], extensions: [] })
  return encodeControlPacket({ type: 'handshake', body }, 0, handshake.socketId)
}
