import type { Microseconds } from '../../core/units.ts'
import { type RejectReason, rejectRange, rejectReasons } from './reject-reason.ts'

/** Why a connection does not come about. */
export type HandshakeFailure = {
  /** libsrt's name of the reason, or its number where it has none; `undefined` if the peer has not answered. */
  readonly status: string | undefined
  /** In words. */
  readonly reason: string
}

/** What each reason means to whoever hears it from a peer. */
const words: Readonly<Record<RejectReason, string>> = {
  SRT_REJ_UNKNOWN: 'it is refused without a reason',
  SRT_REJ_SYSTEM: 'the system of the other side has failed',
  SRT_REJ_PEER: 'it is refused without a reason',
  SRT_REJ_RESOURCE: 'the other side is short of resources',
  SRT_REJ_ROGUE: 'the handshake cannot be understood',
  SRT_REJ_BACKLOG: 'the other side has no room for more connections',
  SRT_REJ_IPE: 'the other side has made a mistake',
  SRT_REJ_CLOSE: 'the other side is closing',
  SRT_REJ_VERSION: 'the versions of SRT do not fit together',
  SRT_REJ_RDVCOOKIE: 'both sides have drawn the same cookie; does the URL lead to ourselves?',
  SRT_REJ_BADSECRET: 'the passphrase is wrong',
  SRT_REJ_UNSECURE: 'both sides must have a passphrase, or neither',
  SRT_REJ_MESSAGEAPI: 'one side wants the buffer mode, the other the message mode',
  SRT_REJ_CONGESTION: 'the congestion control must be "live"',
  SRT_REJ_FILTER: 'the packet filters do not fit together',
  SRT_REJ_GROUP: 'the groups do not fit together',
  SRT_REJ_TIMEOUT: 'the other side has waited for too long',
  SRT_REJ_CRYPTO: 'the ciphers do not fit together',
  SRT_REJX_FALLBACK: 'the server refuses it without a reason',
  SRT_REJX_KEY_NOTSUP: 'the server does not know a key of the stream id',
  SRT_REJX_FILEPATH: 'the path in the stream id is wrong',
  SRT_REJX_HOSTNOTFOUND: 'the server does not know the host in the stream id',
  SRT_REJX_BAD_REQUEST: 'the server cannot read the stream id',
  SRT_REJX_UNAUTHORIZED: 'the credentials are missing or wrong',
  SRT_REJX_OVERLOAD: 'the server has too much to do, or we have asked too often',
  SRT_REJX_FORBIDDEN: 'the server does not allow it',
  SRT_REJX_NOTFOUND: 'the server does not have the stream',
  SRT_REJX_BAD_MODE: 'the server does not know the mode in the stream id',
  SRT_REJX_UNACCEPTABLE: 'the server does not take what the stream id asks for',
  SRT_REJX_CONFLICT: 'somebody else publishes the stream',
  SRT_REJX_NOTSUP_MEDIA: 'the server does not take this kind of media',
  SRT_REJX_LOCKED: 'the stream is locked',
  SRT_REJX_FAILED_DEPEND: 'something that the stream depends on is missing',
  SRT_REJX_ISE: 'the server has made a mistake',
  SRT_REJX_UNIMPLEMENTED: 'the server cannot do that',
  SRT_REJX_GW: 'the server behind that server refuses it',
  SRT_REJX_DOWN: 'the server is down for now',
  SRT_REJX_VERSION: 'the server does not take our version of SRT',
  SRT_REJX_NOROOM: 'the server has no room to store the stream',
}

export function failureOf(reason: RejectReason): HandshakeFailure {
  return { status: reason, reason: words[reason] }
}

/** What a handshake type says that is a refusal; `undefined` for one that is none. */
export function refusalOf(handshakeType: number): HandshakeFailure | undefined {
  if (handshakeType < rejectRange.first || handshakeType > rejectRange.last) return undefined
  const name = (Object.keys(rejectReasons) as RejectReason[]).find(key => rejectReasons[key] === handshakeType)
  if (name !== undefined) return failureOf(name)
  return { status: String(handshakeType), reason: `the server refuses it for a reason of its own, ${handshakeType}` }
}

/** The peer has not said yes or no in time. */
export function unanswered(timeout: Microseconds): HandshakeFailure {
  return { status: undefined, reason: `it has not answered within ${timeout / 1000} ms` }
}
