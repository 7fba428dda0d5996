import type { Authorizer } from '../contracts/access.ts'
import type { AccessRule } from './access-rule.ts'

/** One way to check credentials: a value of `auth.mode`. Asked with the credentials found, in the URL or beside it. */
export type AccessMode = Authorizer & {
  /** Rules that come with it, behind those of the configuration. */
  readonly rules?: readonly AccessRule[]
  /** Fetch what it needs. @throws {ConfigError} If that is missing or broken. */
  open?(): Promise<void>
  /** Fetch it again. Never rejects: what is broken now changes nothing, and `problem` says so. */
  reload?(): Promise<void>
  /** What the operator should know, in words; `undefined` while all is well. */
  problem?(): string | undefined
  /** Idempotent. */
  close?(): Promise<void>
}
