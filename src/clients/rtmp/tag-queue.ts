import type { Bytes } from '../../core/units.ts'
import type { FlvTag } from '../../formats/flv/flv-file-reader.ts'

/** Above this much the source is held up, and below half of it let on. A source that cannot be held up is dropped from. */
const highWater: Bytes = 1024 * 1024

/** What the queue asks of where its tags come from. */
export type TagSource = {
  readonly setFlowing: (isFlowing: boolean) => void
  /** The consumer wants no more. */
  readonly stop: () => Promise<void>
}

/**
 * Tags between a connection that pushes and a consumer that pulls. Bounded by holding the source up: what it has read
 * already still comes, one socket read at most.
 */
export class TagQueue implements AsyncIterableIterator<FlvTag> {
  readonly #source: TagSource
  readonly #tags: FlvTag[] = []
  #bytes: Bytes = 0
  #isFlowing = true
  #end: { readonly error: Error | undefined } | undefined
  #waiting: PromiseWithResolvers<IteratorResult<FlvTag>> | undefined

  constructor(source: TagSource) {
    this.#source = source
  }

  /** Takes the tag over. */
  push(tag: FlvTag): void {
    if (this.#end !== undefined) return
    if (this.#waiting !== undefined) {
      this.#waiting.resolve({ done: false, value: tag })
      this.#waiting = undefined
      return
    }
    this.#tags.push(tag)
    this.#bytes += tag.body.length
    if (this.#isFlowing && this.#bytes > highWater) this.#setFlowing(false)
  }

  /** Nothing follows. What is here can still be taken, then the error is thrown. Idempotent. */
  end(error?: Error): void {
    this.#end ??= { error }
    if (error === undefined) this.#waiting?.resolve({ done: true, value: undefined })
    else this.#waiting?.reject(error)
    this.#waiting = undefined
  }

  async next(): Promise<IteratorResult<FlvTag>> {
    const value = this.#tags.shift()
    if (value !== undefined) {
      this.#bytes -= value.body.length
      if (!this.#isFlowing && this.#bytes < highWater / 2) this.#setFlowing(true)
      return { done: false, value }
    }
    if (this.#end?.error !== undefined) throw this.#end.error
    if (this.#end !== undefined) return { done: true, value: undefined }
    this.#waiting ??= Promise.withResolvers()
    return this.#waiting.promise
  }

  /** Called when a `for await` is left early. */
  async return(): Promise<IteratorResult<FlvTag>> {
    this.end()
    this.#tags.length = 0
    await this.#source.stop()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #setFlowing(isFlowing: boolean): void {
    this.#isFlowing = isFlowing
    this.#source.setFlowing(isFlowing)
  }
}
