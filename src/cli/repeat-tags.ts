import type { Milliseconds } from '../core/units.ts'
import type { FlvTag } from '../formats/flv/flv-file-reader.ts'
import { tagTypes } from '../formats/flv/tag-header.ts'

/** From the last tag of a file to the first of its repetition, where the file does not tell. */
const shortestStep: Milliseconds = 1

/** The tags of a file again and again, in one time that goes on. An empty file is read once. */
export async function* repeatTags(read: () => AsyncIterable<FlvTag>): AsyncGenerator<FlvTag> {
  let offset = 0
  for (;;) {
    const span = new TimeSpan()
    for await (const tag of read()) {
      span.add(tag)
      yield { ...tag, timestamp: (tag.timestamp + offset) >>> 0 }
    }
    if (span.isEmpty) return
    offset += span.length
  }
}

/** How long a file is: from its first tag of media to its last one, and that one's own duration, which is guessed. */
class TimeSpan {
  #first: Milliseconds | undefined
  #last: Milliseconds = 0
  #step: Milliseconds = shortestStep
  readonly #newest = new Map<number, Milliseconds>()

  get isEmpty(): boolean {
    return this.#first === undefined
  }

  get length(): Milliseconds {
    return this.#last + this.#step - (this.#first ?? 0)
  }

  add({ type, timestamp }: FlvTag): void {
    if (type === tagTypes.script) return
    this.#first ??= timestamp
    const step = timestamp - (this.#newest.get(type) ?? timestamp)
    if (type === tagTypes.video || !this.#newest.has(tagTypes.video)) this.#step = Math.max(step, shortestStep)
    this.#newest.set(type, timestamp)
    this.#last = Math.max(this.#last, timestamp)
  }
}
