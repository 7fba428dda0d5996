import type { Refusal as AccessRefusal } from '../../contracts/access.ts'
import type { PublishResult } from '../../hub/stream-registry.ts'
import type { RejectReason } from '../../protocols/srt/reject-reason.ts'

/** Why a call is not taken: what the caller is told, the code of the log line, and its words. */
export type Refusal = {
  readonly reject: RejectReason
  readonly code: 'SRT_REFUSED' | 'SRT_PUBLISH_REFUSED' | 'SRT_PLAY_REFUSED'
  readonly reason: string
}

/** How SRT says that access is denied. */
export const accessRejects: Readonly<Record<AccessRefusal, RejectReason>> = {
  missing: 'SRT_REJX_UNAUTHORIZED',
  wrong: 'SRT_REJX_UNAUTHORIZED',
  forbidden: 'SRT_REJX_FORBIDDEN',
  blocked: 'SRT_REJX_OVERLOAD',
  unavailable: 'SRT_REJX_DOWN',
}

type PublishRefusal = Extract<PublishResult, { ok: false }>['reason']

export const publishRefusals: Readonly<Record<PublishRefusal, Omit<Refusal, 'code'>>> = {
  'invalid-name': { reject: 'SRT_REJX_BAD_REQUEST', reason: 'the name is not a valid stream name' },
  'no-input': { reject: 'SRT_REJX_CONFLICT', reason: 'it comes from its declared inputs' },
  occupied: { reject: 'SRT_REJX_CONFLICT', reason: 'somebody else publishes it' },
  shutdown: { reject: 'SRT_REJX_DOWN', reason: 'the server shuts down' },
}

export const nobodyRefusal: Omit<Refusal, 'code'> = { reject: 'SRT_REJX_NOTFOUND', reason: 'nobody publishes it' }

/** There is nothing in the stream that the player could be sent. */
export function mediaRefusal(codecs: string): Omit<Refusal, 'code'> {
  return { reject: 'SRT_REJX_NOTSUP_MEDIA', reason: `MPEG-TS carries none of its tracks (${codecs})` }
}

export const wrongPassphrase = 'the passphrase is wrong'

/** What is wrong with the encryption of a call. */
const secretRules: Readonly<Partial<Record<RejectReason, string>>> = {
  SRT_REJ_UNSECURE: 'both sides must have a passphrase, or neither',
  SRT_REJ_BADSECRET: wrongPassphrase,
  SRT_REJ_CRYPTO: 'its cipher must be AES-CTR',
  SRT_REJ_ROGUE: 'its key material is malformed',
}

export function secretRefusal(reject: RejectReason): Refusal {
  return { reject, code: 'SRT_REFUSED', reason: `Wrong encryption: ${secretRules[reject] ?? reject}` }
}

/** Checking what it has to show would take too much of the machine now. */
export const busyRefusal: Refusal = {
  reject: 'SRT_REJ_BACKLOG',
  code: 'SRT_REFUSED',
  reason: 'Too many callers are being checked',
}
