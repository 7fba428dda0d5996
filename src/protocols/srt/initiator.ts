import type { Milliseconds } from '../../core/units.ts'
import { type Agreement, agreeOnTerms, ownFlags, ownVersion } from './call.ts'
import { extensionFlags, type Handshake, smallestMtu } from './handshake.ts'
import {
  contentOf,
  decodeCapabilities,
  encodeCapabilities,
  encodeText,
  extensionTypes,
  type HandshakeExtension,
  srtFlags,
} from './handshake-extension.ts'
import { encodeKeyMaterial, keyStates } from './key-material.ts'
import { readWord } from './packet.ts'
import type { SharedSecret } from './payload-keys.ts'
import type { RejectReason } from './reject-reason.ts'

/** What the initiator of a connection asks for: a caller, or the side of a rendezvous whose cookie is greater. */
export type Request = {
  /** The shortest that we want, in either direction. */
  readonly latency: Milliseconds
  /** Empty for none. */
  readonly streamId: string
  /** `undefined` for a connection that is not encrypted. */
  readonly secret: SharedSecret | undefined
}

type RequestFields = Pick<Handshake, 'encryptionField' | 'extensionField' | 'extensions'>

/** The part of a conclusion that says what is asked for, its extensions in the order of libsrt. */
export function requestFields({ latency, streamId, secret }: Request): RequestFields {
  const delays = { receiverDelay: latency, senderDelay: latency }
  const capabilities = encodeCapabilities({ version: ownVersion, flags: ownFlags, ...delays })
  const extensions: HandshakeExtension[] = [{ type: extensionTypes.SRT_CMD_HSREQ, content: capabilities }]
  let extensionField: number = extensionFlags.HSREQ
  if (streamId !== '') {
    extensions.push({ type: extensionTypes.SRT_CMD_SID, content: encodeText(streamId) })
    extensionField |= extensionFlags.CONFIG
  }
  if (secret !== undefined) {
    extensions.push({ type: extensionTypes.SRT_CMD_KMREQ, content: encodeKeyMaterial(secret.material) })
    extensionField |= extensionFlags.KMREQ
  }
  return { encryptionField: (secret?.keyLength ?? 0) / 8, extensionField, extensions }
}

export type Response = ({ readonly ok: true } & Agreement) | { readonly ok: false; readonly reason: RejectReason }

/**
 * What the responder says to a request.
 *
 * @throws {ProtocolError} If its extensions are malformed.
 * @see SRT draft §3.2.1.1, §3.2.1.2
 */
export function readResponse(handshake: Handshake, { latency, secret }: Request): Response {
  const { extensions, socketId, mtu } = handshake
  const content = contentOf(extensions, extensionTypes.SRT_CMD_HSRSP)
  if (content === undefined || socketId === 0 || mtu < smallestMtu) return { ok: false, reason: 'SRT_REJ_ROGUE' }
  const capabilities = decodeCapabilities(content)
  if ((capabilities.flags & srtFlags.STREAM) !== 0) return { ok: false, reason: 'SRT_REJ_MESSAGEAPI' }
  const reason = keyRefusal(contentOf(extensions, extensionTypes.SRT_CMD_KMRSP), secret)
  if (reason !== undefined) return { ok: false, reason }
  return { ok: true, ...agreeOnTerms(latency, capabilities) }
}

/** What is wrong with the answer to our key material; the same material if nothing is. */
function keyRefusal(answer: Uint8Array | undefined, secret: SharedSecret | undefined): RejectReason | undefined {
  if (secret === undefined) return undefined
  if (answer === undefined) return 'SRT_REJ_UNSECURE'
  if (Buffer.compare(answer, encodeKeyMaterial(secret.material)) === 0) return undefined
  return answer.length === 4 && readWord(answer, 0) === keyStates.noSecret ? 'SRT_REJ_UNSECURE' : 'SRT_REJ_BADSECRET'
}
