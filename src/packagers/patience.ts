import type { FastifyReply } from 'fastify'
import type { Clock, Timer } from '../contracts/clock.ts'
import type { Milliseconds } from '../core/units.ts'

/**
 * How long a request can wait: until its client is gone, or a time is over. A thousand requests wait for one part, again and
 * again, so this is less than an `AbortController`.
 */
export class Patience implements Disposable {
  readonly #reply: FastifyReply
  readonly #timer: Timer
  #isOver = false
  /** Called once, when it is over. */
  onOver: () => void = () => undefined

  constructor(reply: FastifyReply, clock: Clock, longest: Milliseconds) {
    this.#reply = reply
    this.#timer = clock.after(longest, this.#end)
    reply.raw.once('close', this.#end)
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** What it was needed for is there. */
  [Symbol.dispose](): void {
    this.#timer.cancel()
    this.#reply.raw.off('close', this.#end)
  }

  readonly #end = (): void => {
    this.#isOver = true
    this.onOver()
  }
}
