import type { AccessAction, AccessRequest, AttemptGuard, Authorizer, Refusal, Verdict } from '../contracts/access.ts'
import type { Clock } from '../contracts/clock.ts'
import type { EventSink } from '../contracts/events.ts'
import type { HealthCheck } from '../contracts/health.ts'
import type { Log } from '../contracts/log.ts'
import type { PreparedChange } from '../contracts/prepared-change.ts'
import type { AccessMode } from './access-mode.ts'
import { type AccessRule, accessActions, decides } from './access-rule.ts'
import { credentialsOf } from './credentials.ts'
import type { FailureLimiter } from './failure-limiter.ts'
import { type StreamAccess, tokensFor } from './stream-access.ts'
import { allowed, blocked, forbidden, type Refused, unavailable, wrong } from './verdict.ts'

/** How access is decided. */
export type AccessPolicy = {
  /** What holds for everybody. The first rule that covers a request decides. */
  readonly rules: readonly AccessRule[]
  /** Its rules come next, and where none covers the request, it checks credentials. */
  readonly mode: AccessMode
  /** What holds for everybody where no other rule does, before credentials are checked. */
  readonly lastRules: readonly AccessRule[]
  readonly limiter: FailureLimiter
}

export type AccessControlOptions = {
  readonly policy: AccessPolicy
  /** What a stream itself says; `undefined` if nobody has declared it. */
  readonly declaredAccess: (stream: string) => StreamAccess | undefined
  readonly clock: Clock
  readonly log: Log
  readonly events: EventSink
}

export type AccessResult = 'allowed' | Refusal

/** Totals since the start, for metrics. */
export type AccessCounters = Readonly<Record<AccessAction, Record<AccessResult, number>>>

/**
 * The one place that everybody who wants something passes: rules first, those of the stream before those for all, then the
 * limit on wrong attempts, then the tokens of the stream or the configured way to check credentials. Every refusal is counted, logged without what was shown, and told to observers.
 */
export class AccessControl implements Authorizer, AttemptGuard {
  readonly counters: AccessCounters = zeroCounters()
  readonly #options: AccessControlOptions
  #policy: AccessPolicy

  constructor(options: AccessControlOptions) {
    this.#options = options
    this.#policy = options.policy
  }

  /** Who has tried too often, by the present policy. */
  get limiter(): FailureLimiter {
    return this.#policy.limiter
  }

  /** Addresses that have tried too often and are refused unheard. */
  get blockedCount(): number {
    return this.#policy.limiter.blockedCount(this.#options.clock.now())
  }

  /** @throws {ConfigError} If what the mode needs is missing or broken. */
  async open(): Promise<void> {
    await this.#policy.mode.open?.()
  }

  /**
   * Decide otherwise: about who asks from then on, so who is in stays in.
   *
   * @throws {ConfigError} If what the mode needs is missing or broken.
   */
  async prepare(policy: AccessPolicy): Promise<PreparedChange> {
    await policy.mode.open?.()
    return {
      commit: () => {
        const before = this.#policy.mode
        this.#policy = policy
        void before.close?.()
      },
      discard: async () => policy.mode.close?.(),
    }
  }

  /** Fetch again what the mode works with. Never rejects. */
  async reload(): Promise<void> {
    await this.#policy.mode.reload?.()
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await this.#policy.mode.close?.()
  }

  get health(): HealthCheck {
    return { name: 'auth', problem: () => this.#policy.mode.problem?.() }
  }

  async authorize(asked: AccessRequest, signal: AbortSignal): Promise<Verdict> {
    const request = { ...asked, credentials: credentialsOf(asked) }
    const verdict = await this.#decide(request, signal)
    if (!signal.aborted) this.#account(request, verdict)
    return verdict
  }

  refuseUnheard(request: AccessRequest): Refused | undefined {
    if (!this.#policy.limiter.isBlocked(request.address, this.#options.clock.now())) return undefined
    this.#account(request, blocked)
    return blocked
  }

  refuseWrong(request: AccessRequest, reason: string): void {
    this.#account(request, wrong(reason))
  }

  async #decide(request: AccessRequest, signal: AbortSignal): Promise<Verdict> {
    const { mode, limiter } = this.#policy
    const { clock, log, declaredAccess } = this.#options
    const own = declaredAccess(request.stream)
    const ownTokens = own && tokensFor(own, request.action)
    const isAbout = (rule: AccessRule): boolean => decides(rule, request)
    const rule = own?.rules.find(isAbout) ?? (ownTokens === undefined ? this.#findRule(isAbout) : undefined)
    if (rule !== undefined) return rule.isAllowed ? allowed : forbidden('a rule forbids it')
    if (limiter.isBlocked(request.address, clock.now())) return blocked
    try {
      return await (ownTokens ?? mode).authorize(request, signal)
    } catch (error) {
      log.error('AUTH_FAULT', `Cannot check access: ${error instanceof Error ? error.name : 'unknown fault'}`)
      return unavailable
    }
  }

  /** The first rule of the configuration, and of its mode, that is about the request. */
  #findRule(isAbout: (rule: AccessRule) => boolean): AccessRule | undefined {
    const { rules, mode, lastRules } = this.#policy
    return rules.find(isAbout) ?? mode.rules?.find(isAbout) ?? lastRules.find(isAbout)
  }

  #account(request: AccessRequest, verdict: Verdict): void {
    const { action } = request
    this.counters[action][verdict.isAllowed ? 'allowed' : verdict.refusal]++
    if (verdict.isAllowed) return
    // One line said that the address is blocked.
    if (verdict.refusal !== 'blocked') this.#report(request, verdict)
    if (verdict.refusal === 'wrong') this.#countFailure(request.address)
  }

  #report(request: AccessRequest, { refusal, reason }: Refused): void {
    const { log, events } = this.#options
    const { action, role, stream, protocol, connection, address, port } = request
    const peer = `${address}:${port}`
    // Browsers ask before they show anything.
    const level = refusal === 'missing' ? 'info' : 'warn'
    const fields = { action, role, stream: stream === '' ? undefined : stream, protocol, connection, peer, refusal }
    log[level]('AUTH_REFUSED', `${words[action]} refused: ${reason}`, fields)
    events.emit({ type: 'auth.failed', action, stream, protocol, connection, peer, refusal, reason })
  }

  #countFailure(address: string): void {
    const { clock, log } = this.#options
    if (!this.#policy.limiter.fail(address, clock.now())) return
    log.warn('AUTH_BLOCKED', 'Too many wrong attempts: the address is refused unheard for a while', { address })
  }
}

const words: Readonly<Record<AccessAction, string>> = {
  publish: 'Publish',
  play: 'Play',
  api: 'API',
  metrics: 'Metrics',
}

function zeroCounters(): AccessCounters {
  const zeros = { allowed: 0, missing: 0, wrong: 0, forbidden: 0, blocked: 0, unavailable: 0 }
  return Object.fromEntries(accessActions.map(action => [action, { ...zeros }])) as AccessCounters
}
