import type { ApiRole } from '../core/api-role.ts'

/** What somebody wants to do. */
export type AccessAction = 'publish' | 'play' | 'api' | 'metrics'

/** What the peer showed to be let in, wherever its protocol has a place for it. A missing part was not shown. */
export type Credentials = {
  readonly token?: string
  readonly user?: string
  readonly password?: string
}

/** One question to an authorizer. Holds secrets: never logged, emitted or kept as a whole. */
export type AccessRequest = {
  readonly action: AccessAction
  /** As what the API is to be used; missing for other actions. */
  readonly role?: ApiRole
  /** Name of the stream; empty for `api` and `metrics`. */
  readonly stream: string
  /** `rtmp`, `http-flv` … */
  readonly protocol: string
  /** Id of the connection or request, unique in this process. */
  readonly connection: string
  /** IP address of the peer, without its port. */
  readonly address: string
  readonly port: number
  /** What came outside of the URL, as in a header. What the URL holds, the authorizer finds in `query` itself. */
  readonly credentials: Credentials
  /** All parameters of the URL, credentials included. */
  readonly query: string
  /** The URL that the peer was given, without what follows the application; empty if its protocol does not say. */
  readonly url: string
  /** How the peer calls itself; empty if it does not. */
  readonly userAgent: string
}

/**
 * Why not. `missing`: credentials are needed and none were shown. `wrong`: those shown are not known. `forbidden`: who
 * it is, is clear, and they may not. `blocked`: the address has tried too often. `unavailable`: nobody could tell.
 */
export type Refusal = 'missing' | 'wrong' | 'forbidden' | 'blocked' | 'unavailable'

/** `reason` may be told to the peer and written to the log: it names a rule, never a secret. */
export type Verdict =
  | {
      readonly isAllowed: true
      /** Who it is, where the credentials say so. */
      readonly user?: string
    }
  | { readonly isAllowed: false; readonly refusal: Refusal; readonly reason: string }

/** Decides who may do what. Asked once per publish, play or request, never per frame. */
export interface Authorizer {
  /** Never rejects: whatever goes wrong inside is a refusal. An aborted `signal` ends the work; the verdict is ignored. */
  authorize(request: AccessRequest, signal: AbortSignal): Promise<Verdict>
}

/** For protocols that check secrets of their own: wrong ones count like those that an authorizer is shown. */
export interface AttemptGuard {
  /** The verdict about a request from an address that has tried too often; `undefined` if it may try. */
  refuseUnheard(request: AccessRequest): Extract<Verdict, { isAllowed: false }> | undefined
  /** A secret was wrong. `reason` may be told and logged: it names a rule, never a secret. */
  refuseWrong(request: AccessRequest, reason: string): void
}
