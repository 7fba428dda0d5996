import type { Clock } from '../contracts/clock.ts'
import type { InputState, InputStatus } from '../contracts/stream-inputs.ts'
import { Backoff } from '../core/backoff.ts'
import { ConnectionError, endingError, type ServerError } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import type { LogLimits } from '../hub/log-limits.ts'
import type { Publication, PublicationEnd, PublisherPort } from '../hub/publication.ts'
import type { PublishDoor, PublishResult } from '../hub/stream-registry.ts'
import type { Track } from '../media/track.ts'
import type { Candidate, FailureKind } from './input-choice.ts'
import { InputSlot, type InputSlotOptions } from './input-slot.ts'
import type { InputSource, SourceResult } from './input-source.ts'
import type { InputPlan } from './supervised-stream.ts'

export type StreamInputOptions = {
  readonly number: number
  readonly plan: InputPlan
  /** Id of what it publishes. */
  readonly id: string
  readonly clock: Clock
  readonly limits: () => LogLimits
  readonly slot: Pick<InputSlotOptions, 'onFrame' | 'onTrack' | 'onJoin'>
  /** True if it has all that what is on air has, so that it need not be waited for longer. */
  readonly fits: (slot: InputSlot) => boolean
  /** It has come, failed, or changed in another way that may matter to the choice. */
  readonly onChange: () => void
  readonly onFailed: (error: ServerError, retryIn: Milliseconds | undefined) => void
}

/** What the input does, and since when by the clock. */
type Phase = { readonly state: InputState; readonly since: Milliseconds }

/** An input that has worked for so long has worked: its next failure is a first one. */
const stableTime: Milliseconds = 10_000
/** Tracks that have not come by now are not waited for. */
const settleTime: Milliseconds = 1000

/** One input: connects when it is wanted, tries again when it fails, and knows how it is. */
export class StreamInput {
  readonly number: number
  readonly slot: InputSlot
  readonly #options: StreamInputOptions
  readonly #source: InputSource | undefined
  #plan: InputPlan
  #backoff: Backoff
  #phase: Phase
  #sinceWall: Milliseconds
  #isWanted = false
  /** True from a failure until it works again, or is not wanted any more. */
  #hasFailed = false
  #attempt: AbortController | undefined
  #attempts: Promise<void> = Promise.resolve()
  #retryAt: Milliseconds = 0
  #failures = 0
  #lastError: string | undefined
  #lastErrorAt: Milliseconds | undefined
  /** How it gave its place up, the last time that it did. */
  failure: FailureKind | undefined

  constructor(options: StreamInputOptions) {
    const { number, plan, clock, limits, slot } = options
    this.number = number
    this.#options = options
    this.#plan = plan
    this.#backoff = new Backoff(plan.reconnect)
    this.#source = plan.createSource?.()
    this.slot = new InputSlot({ clock, limits, ...slot, onLeft: () => this.#left() })
    this.#phase = { state: 'off', since: clock.now() }
    this.#sinceWall = clock.wall()
  }

  get plan(): InputPlan {
    return this.#plan
  }

  /** The same input is declared in another way. */
  set plan(plan: InputPlan) {
    const { shortest, longest, jitter } = this.#plan.reconnect
    const { reconnect } = plan
    const isSame = shortest === reconnect.shortest && longest === reconnect.longest && jitter === reconnect.jitter
    this.#plan = plan
    if (!isSame) this.#backoff = new Backoff(reconnect)
  }

  /** True if it waits for somebody who publishes here. */
  get isDoor(): boolean {
    return this.#source === undefined
  }

  /** True if somebody may publish here. */
  get isFree(): boolean {
    return this.isDoor && this.#isWanted && this.slot.publication === undefined
  }

  get candidate(): Candidate {
    const { state, since } = this.#phase
    const { isHot, isSlate, timeout } = this.#plan
    const isHealthy = state === 'receiving'
    return {
      number: this.number,
      healthySince: isHealthy ? since : undefined,
      isProven: isHealthy && this.#options.clock.now() - since > timeout,
      isDown: this.#isDown,
      isHot: isHot || this.isDoor,
      isSlate,
    }
  }

  get status(): InputStatus {
    const { clock } = this.#options
    const { frames, bytes, rate, progressAt, isOnAir } = this.slot
    const now = clock.now()
    const { shown, title, isSlate } = this.#plan
    return {
      ...{ number: this.number, url: shown, title, isSlate, isOnAir, frames },
      protocol: this.slot.publication?.info.protocol ?? this.#source?.protocol ?? 'publish',
      state: this.#phase.state,
      since: this.#sinceWall,
      lastError: this.#lastError,
      lastErrorAt: this.#lastErrorAt,
      failures: this.#failures,
      retryIn: this.#phase.state === 'waiting' ? Math.max(0, this.#retryAt - now) : undefined,
      lastFrameAge: progressAt === undefined ? undefined : now - progressAt,
      bitrate: Math.round(rate.bitsPerSecond(now)),
      bytes: this.#source?.bytesReceived ?? bytes,
    }
  }

  /** Whether it is to be connected. */
  want(isWanted: boolean): void {
    if (isWanted === this.#isWanted) return
    this.#isWanted = isWanted
    this.#hasFailed = false
    this.#backoff.reset()
    if (isWanted) this.#connect()
    else this.#rest()
  }

  /** Look whether it brings what it should. Called from time to time, and when something has come. */
  check(): void {
    const now = this.#options.clock.now()
    const { state, since } = this.#phase
    if (state === 'waiting' && now >= this.#retryAt) return this.#connect()
    const { progressAt, canGoOnAir, isOnAir } = this.slot
    const isFresh = progressAt !== undefined && now - progressAt <= this.#plan.timeout
    if (state === 'receiving') {
      if (now - since >= stableTime) this.#backoff.reset()
      if (!isFresh) this.#fellSilent()
    } else if ((state === 'connecting' || state === 'silent') && isFresh && (isOnAir || canGoOnAir)) this.#settle(now)
  }

  /** Somebody publishes here. The caller has made sure that the place is free. */
  publish(port: PublisherPort): PublishResult {
    return { ok: true, publication: this.slot.publish(port) }
  }

  /** Somebody has published the stream before it had inputs. The caller has made sure that the place is free. */
  takeOver(publication: Publication, tracks: readonly Track[]): void {
    this.slot.takeOver(publication, tracks)
  }

  /** Begin anew. Who publishes here stays. */
  restart(): void {
    if (!this.#isWanted || this.isDoor) return
    this.#hasFailed = false
    this.#backoff.reset()
    this.#connect()
  }

  /** @param reason What somebody who publishes here is told. */
  async close(reason: PublicationEnd): Promise<void> {
    this.#isWanted = false
    this.#rest()
    this.slot.publication?.end(reason)
    await this.#attempts
  }

  get #isDown(): boolean {
    const { state, since } = this.#phase
    if (state === 'receiving') return false
    const isOverdue = state === 'connecting' && this.#options.clock.now() - since >= this.#plan.timeout
    return this.#hasFailed || isOverdue || state === 'ended'
  }

  /** It works, unless something of it is still missing that may come at once. */
  #settle(now: Milliseconds): void {
    const { fits } = this.#options
    const { firstFrameAt = now } = this.slot
    if (!fits(this.slot) && now - firstFrameAt < settleTime) return
    this.#hasFailed = false
    this.#enter('receiving')
    this.#options.onChange()
  }

  #fellSilent(): void {
    const { timeout } = this.#plan
    const error = new ConnectionError(`Cannot wait for media any longer: it must come within ${timeout} ms`)
    this.#fail('silence', error)
  }

  #connect(): void {
    this.#attempt?.abort()
    this.#enter('connecting')
    if (this.#source === undefined) return
    const attempt = new AbortController()
    this.#attempt = attempt
    const before = this.#attempts
    this.#attempts = before.then(() => this.#receive(attempt))
  }

  async #receive(attempt: AbortController): Promise<void> {
    if (attempt.signal.aborted || this.#source === undefined) return
    const { id, clock } = this.#options
    const door: PublishDoor = port => (attempt.signal.aborted ? { ok: false, reason: 'occupied' } : this.publish(port))
    const framesBefore = this.slot.frames
    const receiving = this.#source.receive({ id, since: clock.wall() }, door, attempt.signal)
    const result = await receiving.catch(error => endingError(error, 'Cannot go on'))
    if (attempt.signal.aborted) return
    this.#attempt = undefined
    this.#over(result, this.slot.frames > framesBefore)
  }

  #over(result: SourceResult, hasBrought: boolean): void {
    if (result === 'done') {
      this.failure = 'end'
      this.#hasFailed = true
      this.#enter('ended')
      return this.#options.onChange()
    }
    if (result === 'again' && hasBrought) {
      this.failure = 'end'
      this.#connect()
      return this.#options.onChange()
    }
    this.#fail(
      'error',
      result === 'again'
        ? new ConnectionError('Cannot connect again at once: nothing came over the connection')
        : result,
    )
  }

  /** Who published here is gone; a source tells itself why it is over. */
  #left(): void {
    if (this.isDoor && this.#isWanted) this.#fail('end', new ConnectionError('Cannot go on: the publisher has left'))
  }

  #fail(kind: FailureKind, error: ServerError): void {
    const { clock, onFailed, onChange } = this.#options
    this.failure = kind
    this.#hasFailed = true
    this.#failures++
    this.#lastError = error.message
    this.#lastErrorAt = clock.wall()
    const retryIn = this.isDoor ? undefined : this.#backoff.next()
    if (retryIn === undefined) this.#enter(this.slot.publication === undefined ? 'connecting' : 'silent')
    else this.#waitFor(retryIn)
    onFailed(error, retryIn)
    onChange()
  }

  #waitFor(retryIn: Milliseconds): void {
    this.#retryAt = this.#options.clock.now() + retryIn
    this.#enter('waiting')
    this.#disconnect()
  }

  #rest(): void {
    this.#enter('off')
    this.#disconnect()
  }

  #disconnect(): void {
    this.#attempt?.abort()
    this.#attempt = undefined
    if (!this.isDoor) this.slot.publication?.close()
  }

  #enter(state: InputState): void {
    const { clock } = this.#options
    this.#phase = { state, since: clock.now() }
    this.#sinceWall = clock.wall()
  }
}
