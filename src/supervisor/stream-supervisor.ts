import type { Clock } from '../contracts/clock.ts'
import type { EventSink } from '../contracts/events.ts'
import type { Log } from '../contracts/log.ts'
import type { Session } from '../contracts/sessions.ts'
import type { InputSwitch, StreamInputsStatus } from '../contracts/stream-inputs.ts'
import { InternalError, type ServerError } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import { type FaultSink, reportFault } from '../hub/contained-fault.ts'
import type { LogLimits } from '../hub/log-limits.ts'
import type { PublicationEnd, PublisherPort } from '../hub/publication.ts'
import type { Stream } from '../hub/stream.ts'
import type { ConflictRule, NameClaim, PublishResult, StreamRegistry } from '../hub/stream-registry.ts'
import { type Choice, chooseInput, type FailureKind, switchReasons, wantedInputs } from './input-choice.ts'
import { SplicedOutput } from './spliced-output.ts'
import { StreamInput } from './stream-input.ts'
import type { InputPlan, StreamPlan } from './supervised-stream.ts'

export type SupervisorContext = {
  readonly registry: StreamRegistry
  readonly clock: Clock
  readonly log: Log
  readonly events: EventSink
  /** How much of an input that is not on air is kept. */
  readonly limitsOf: (stream: string) => LogLimits
  /** What happens to a second publisher where one is waited for. */
  readonly onConflict: ConflictRule
  readonly onInternalFault?: FaultSink
}

/** A stream without media for so long has no publisher any more; its players wait for the next one. */
const outageTime: Milliseconds = 10_000
/** For a key frame of what is to go on air is not waited longer, if there is one that was kept. */
const longestWait: Milliseconds = 10_000
/** Switches that are remembered. */
const historyLength = 50

/** One stream that has inputs: decides which of them is on air, and keeps them connected as far as they are needed. */
export class StreamSupervisor {
  readonly #context: SupervisorContext
  readonly #claim: NameClaim
  readonly #output: SplicedOutput
  readonly #switches: InputSwitch[] = []
  /** All of them from the start: of a series that begins with 1, Prometheus sees no increase. */
  readonly #switchCounts = new Map<string, number>(switchReasons.map(reason => [reason, 0]))
  #plan: StreamPlan
  /** In the order in which they are preferred. */
  #inputs: readonly StreamInput[] = []
  #lastNumber = 0
  #state: StreamInputsStatus['state'] = 'running'
  #selected: number | undefined
  #pinned: number | undefined
  /** How what was on air gave its place up. */
  #failure: FailureKind | undefined
  /** What goes on air at its next key frame. */
  #next: { readonly choice: Choice; readonly since: Milliseconds } | undefined
  #healthyAt: Milliseconds
  #neededUntil: Milliseconds = 0
  #isDeciding = false
  #mustDecideAgain = false

  constructor(plan: StreamPlan, context: SupervisorContext) {
    const { registry, clock } = context
    this.#context = context
    this.#plan = plan
    this.#healthyAt = clock.now()
    this.#claim = registry.claim(plan.name, port => this.#publish(port))
    const onEnd = (end: PublicationEnd): void => this.#ended(end)
    this.#output = new SplicedOutput({ claim: this.#claim, wall: () => clock.wall(), onEnd })
    if (plan.onDemand !== undefined) this.#state = 'resting'
    this.apply(plan)
    const present = registry.getLive(plan.name)
    if (present !== undefined) this.#takeOver(present)
  }

  get plan(): StreamPlan {
    return this.#plan
  }

  get status(): StreamInputsStatus {
    return {
      stream: this.#plan.name,
      state: this.#state,
      pinned: this.#pinned,
      inputs: this.#inputs.map(input => input.status),
      switches: this.#switches,
      switchCounts: this.#switchCounts,
    }
  }

  /** Who brings inputs that are not on air. */
  get standbySessions(): readonly Session[] {
    return this.#inputs.flatMap(({ slot }) => slot.standbySession(this.#plan.name) ?? [])
  }

  /** The stream is declared in another way: inputs that are as they were are not touched. */
  apply(plan: StreamPlan): void {
    this.#plan = plan
    if (plan.onDemand === undefined && this.#state === 'resting') this.#state = 'running'
    const left = [...this.#inputs]
    this.#inputs = plan.inputs.map(input => {
      const at = left.findIndex(known => known.plan.key === input.key)
      const [known] = at === -1 ? [] : left.splice(at, 1)
      if (known !== undefined) known.plan = input
      return known ?? this.#create(input)
    })
    for (const input of left) this.#remove(input)
    this.#decide()
  }

  /** Prefer one input to all others. False if there is no such input. */
  pin(number: number | undefined): boolean {
    if (number !== undefined && this.#find(number) === undefined) return false
    this.#pinned = number
    this.#decide()
    return true
  }

  start(): void {
    this.#state = 'running'
    this.#neededUntil = this.#context.clock.now() + (this.#plan.onDemand?.linger ?? 0)
    this.#healthyAt = this.#context.clock.now()
    this.#decide()
  }

  stop(): void {
    this.#state = 'stopped'
    this.#forget()
    this.#decide()
    for (const { slot, isDoor } of this.#inputs) if (isDoor) slot.publication?.end('kicked')
  }

  restart(): void {
    this.#forget()
    for (const input of this.#inputs) input.restart()
    this.start()
  }

  /** Somebody wants to watch. True if somebody will come for it. */
  wake(patience: Milliseconds): boolean {
    const { onDemand } = this.#plan
    if (onDemand === undefined || this.#state === 'stopped') return false
    this.#neededUntil = this.#context.clock.now() + Math.max(patience, onDemand.linger)
    if (this.#state === 'running') return true
    this.#state = 'running'
    this.#healthyAt = this.#context.clock.now()
    this.#decide()
    return true
  }

  /** Time has gone by. */
  check(hasViewers: boolean): void {
    const { onDemand } = this.#plan
    const now = this.#context.clock.now()
    if (onDemand !== undefined && hasViewers) this.#neededUntil = Math.max(this.#neededUntil, now + onDemand.linger)
    if (onDemand !== undefined && this.#state === 'running' && now >= this.#neededUntil) this.#rest()
    this.#decide()
    if (this.#selectedInput?.candidate.healthySince !== undefined) this.#healthyAt = now
    else if (this.#output.isOpen && now - this.#healthyAt >= outageTime) this.#output.close()
  }

  /** Idempotent. @param reason What somebody who publishes here is told. */
  async close(reason: PublicationEnd): Promise<void> {
    this.#state = 'stopped'
    this.#output.close()
    this.#claim.release()
    await Promise.all(this.#inputs.map(input => input.close(reason)))
  }

  get #selectedInput(): StreamInput | undefined {
    return this.#selected === undefined ? undefined : this.#find(this.#selected)
  }

  #find(number: number): StreamInput | undefined {
    return this.#inputs.find(input => input.number === number)
  }

  #create(plan: InputPlan): StreamInput {
    const { clock, limitsOf } = this.#context
    const { name } = this.#plan
    const output = this.#output
    this.#lastNumber++
    const input: StreamInput = new StreamInput({
      ...{ number: this.#lastNumber, plan, clock, id: `input-${name}-${this.#lastNumber}` },
      limits: () => limitsOf(name),
      slot: {
        onFrame: frame => output.write(frame),
        onTrack: track => output.declare(track),
        onJoin: () => this.#joined(input),
      },
      fits: slot => output.fits(slot),
      onChange: () => this.#decide(),
      onFailed: (error, retryIn) => this.#inputFailed(input, error, retryIn),
    })
    return input
  }

  #remove(input: StreamInput): void {
    if (this.#pinned === input.number) this.#pinned = undefined
    if (this.#selected === input.number) {
      this.#selected = undefined
      this.#failure = 'removed'
    }
    void input.close('kicked')
  }

  /** Somebody publishes under our name: he is one of the inputs, if one of them waits for him. */
  #publish(port: PublisherPort): PublishResult {
    const doors = this.#inputs.filter(({ isDoor }) => isDoor)
    const free = doors.find(({ isFree }) => isFree)
    if (free !== undefined) return free.publish(port)
    const [taken] = doors
    if (taken === undefined || this.#state === 'stopped') return { ok: false, reason: 'no-input' }
    if (this.#context.onConflict === 'reject') return { ok: false, reason: 'occupied' }
    taken.slot.publication?.end('replaced')
    return taken.publish(port)
  }

  /** An encoder that publishes already goes on as one of the inputs, if one waits for encoders. */
  #takeOver({ publication, tracks }: Stream): void {
    const door = publication?.info.isRelay === true ? undefined : this.#inputs.find(({ isFree }) => isFree)
    if (publication === undefined) return
    if (door === undefined) publication.end('replaced')
    else door.takeOver(publication, tracks)
  }

  /** What comes from this input could go on air from here on. */
  #joined(input: StreamInput): void {
    if (this.#next?.choice.number === input.number) this.#switchTo(this.#next.choice)
    this.#decide()
  }

  /** Look at all inputs, and put on air what should be. What happens meanwhile is looked at, too. */
  #decide(): void {
    this.#mustDecideAgain = true
    if (this.#isDeciding) return
    this.#isDeciding = true
    while (this.#mustDecideAgain) {
      this.#mustDecideAgain = false
      this.#decideOnce()
    }
    this.#isDeciding = false
  }

  #decideOnce(): void {
    for (const input of this.#inputs) input.check()
    this.#connectWanted()
    const { clock } = this.#context
    const choice = chooseInput(
      this.#inputs.map(({ candidate }) => candidate),
      {
        selected: this.#selected,
        failure: this.#selectedInput?.failure ?? this.#failure,
        pinned: this.#pinned,
        now: clock.now(),
        hold: this.#plan.hold,
      },
    )
    if (choice === undefined) this.#stay()
    else this.#prepare(choice)
  }

  #connectWanted(): void {
    const situation = { selected: this.#selected, pinned: this.#pinned }
    const wanted = wantedInputs(
      this.#inputs.map(({ candidate }) => candidate),
      situation,
    )
    for (const input of this.#inputs) {
      const isAllowed = this.#state === 'running' || (this.#state === 'resting' && input.isDoor)
      input.want(isAllowed && wanted.has(input.number))
    }
  }

  /** What is selected may have come back. */
  #stay(): void {
    this.#next = undefined
    const input = this.#selectedInput
    if (input === undefined || input.candidate.healthySince === undefined) return
    if (!input.slot.isOnAir && input.slot.canGoOnAir) this.#output.take(input.slot)
  }

  #prepare(choice: Choice): void {
    const now = this.#context.clock.now()
    const isKnown = this.#next?.choice.number === choice.number
    const since = isKnown && this.#next !== undefined ? this.#next.since : now
    const canGo = this.#find(choice.number)?.slot.canGoOnAir === true
    if (canGo && (!choice.isSmooth || now - since >= longestWait)) return this.#switchTo(choice)
    this.#next = { choice, since }
  }

  #switchTo({ number, reason }: Choice): void {
    const input = this.#find(number)
    if (input === undefined) return
    const { clock, log, events } = this.#context
    const { name: stream } = this.#plan
    const from = this.#selected
    this.#next = undefined
    this.#selected = number
    this.#failure = undefined
    this.#healthyAt = clock.now()
    this.#switches.push({ at: clock.wall(), from, to: number, reason })
    if (this.#switches.length > historyLength) this.#switches.shift()
    this.#switchCounts.set(reason, (this.#switchCounts.get(reason) ?? 0) + 1)
    this.#output.take(input.slot)
    const { shown: url } = input.plan
    log.info('INPUT_SWITCHED', `Input ${number} is on air: ${reason}`, { stream, input: number, url })
    events.emit({ type: 'input.switched', stream, input: number, url, reason, ...(from !== undefined && { from }) })
    this.#mustDecideAgain = true
  }

  #inputFailed({ number, plan: { shown: url } }: StreamInput, error: ServerError, retryIn?: Milliseconds): void {
    const { log, events, onInternalFault } = this.#context
    const { name: stream } = this.#plan
    if (error instanceof InternalError) {
      reportFault(onInternalFault, { part: 'relay', name: 'input', stream, error: error.cause })
    }
    const facts = { stream, input: number, url }
    log.warn('INPUT_FAILED', error.message, { ...facts, ...(retryIn !== undefined && { retryInMs: retryIn }) })
    events.emit({ type: 'input.failed', ...facts, reason: error.message })
  }

  /** The hub has ended the publication: who has to go is who is on air, unless nobody watches what is there on demand. */
  #ended(end: PublicationEnd): void {
    this.#output.close()
    if (end === 'unwatched' && this.#plan.onDemand !== undefined) this.#rest()
    else if (end !== 'shutdown') this.#selectedInput?.slot.publication?.end(end)
  }

  #rest(): void {
    this.#state = 'resting'
    this.#forget()
    this.#decide()
  }

  /** Nothing is on air, and nothing was. */
  #forget(): void {
    this.#next = undefined
    this.#selected = undefined
    this.#failure = undefined
    this.#output.close()
  }
}
