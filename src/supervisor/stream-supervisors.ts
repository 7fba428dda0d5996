import type { Timer } from '../contracts/clock.ts'
import type { Session } from '../contracts/sessions.ts'
import type { StreamInputs, StreamInputsStatus } from '../contracts/stream-inputs.ts'
import type { Milliseconds } from '../core/units.ts'
import { isViewer } from '../hub/subscriber.ts'
import { StreamSupervisor, type SupervisorContext } from './stream-supervisor.ts'
import type { StreamPlan } from './supervised-stream.ts'

export type StreamSupervisorsOptions = SupervisorContext & {
  /** How long a player waits for a stream whose inputs are connected for it. */
  readonly startTimeout: () => Milliseconds
}

/** How often it is looked whether inputs bring what they should. */
const checkMs: Milliseconds = 200

/** The streams that have inputs. */
export class StreamSupervisors implements StreamInputs {
  readonly #options: StreamSupervisorsOptions
  readonly #supervisors = new Map<string, StreamSupervisor>()
  readonly #leaving = new Set<Promise<void>>()
  #timer: Timer | undefined
  #isOpen = false

  constructor(options: StreamSupervisorsOptions) {
    this.#options = options
    options.registry.observe({ onWanted: name => this.#onWanted(name) })
  }

  /** These streams have inputs now. Before `open`, nothing is connected. */
  apply(plans: readonly StreamPlan[]): void {
    if (!this.#isOpen) return
    const byName = new Map(plans.map(plan => [plan.name, plan]))
    for (const [name, supervisor] of this.#supervisors) if (!byName.has(name)) this.#remove(name, supervisor)
    for (const plan of plans) {
      const known = this.#supervisors.get(plan.name)
      if (known === undefined) this.#supervisors.set(plan.name, new StreamSupervisor(plan, this.#options))
      else known.apply(plan)
    }
  }

  open(plans: readonly StreamPlan[]): void {
    this.#isOpen = true
    this.apply(plans)
    this.#timer = this.#options.clock.after(checkMs, () => this.#check())
  }

  list(): readonly StreamInputsStatus[] {
    return [...this.#supervisors.values()].map(({ status }) => status)
  }

  of(stream: string): StreamInputsStatus | undefined {
    return this.#supervisors.get(stream)?.status
  }

  pin(stream: string, input: number | undefined): boolean {
    return this.#supervisors.get(stream)?.pin(input) ?? false
  }

  start(stream: string): boolean {
    return this.#do(stream, supervisor => supervisor.start())
  }

  stop(stream: string): boolean {
    return this.#do(stream, supervisor => supervisor.stop())
  }

  restart(stream: string): boolean {
    return this.#do(stream, supervisor => supervisor.restart())
  }

  standbySessions(): readonly Session[] {
    return [...this.#supervisors.values()].flatMap(supervisor => supervisor.standbySessions)
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#isOpen = false
    this.#timer?.cancel()
    const all = [...this.#supervisors.values()].map(supervisor => supervisor.close('shutdown'))
    await Promise.all([...all, ...this.#leaving])
  }

  #do(stream: string, action: (supervisor: StreamSupervisor) => void): boolean {
    const supervisor = this.#supervisors.get(stream)
    if (supervisor !== undefined) action(supervisor)
    return supervisor !== undefined
  }

  #remove(name: string, supervisor: StreamSupervisor): void {
    this.#supervisors.delete(name)
    const left = supervisor.close('kicked').finally(() => this.#leaving.delete(left))
    this.#leaving.add(left)
  }

  #onWanted(name: string): Milliseconds {
    const startTimeout = this.#options.startTimeout()
    return this.#supervisors.get(name)?.wake(startTimeout) === true ? startTimeout : 0
  }

  #check(): void {
    const { registry, clock } = this.#options
    for (const [name, supervisor] of this.#supervisors) {
      supervisor.check([...(registry.get(name)?.subscribers ?? [])].some(isViewer))
    }
    if (this.#isOpen) this.#timer = clock.after(checkMs, () => this.#check())
  }
}
