import { setTimeout } from 'node:timers/promises'
import type { Milliseconds } from '../core/units.ts'
import type { FlvTag } from '../formats/flv/flv-file-reader.ts'
import { tagTypes } from '../formats/flv/tag-header.ts'

/** Tags are held together for this long, so that one write carries several. */
const granularity: Milliseconds = 10
/** A step in time that is longer is a jump of the file's clock, and is not waited for. */
const longestStep: Milliseconds = 10_000
/** Who is further behind than this is not hurried any more. */
const longestLag: Milliseconds = 1000

/**
 * The tags in groups, each at the time that its timestamps say. Who is slower than the tags gets them as fast as it
 * takes them.
 *
 * @throws the reason of `signal` when it aborts.
 */
export async function* pace(tags: AsyncIterable<FlvTag>, signal: AbortSignal): AsyncGenerator<readonly FlvTag[]> {
  let group: FlvTag[] = []
  let start: Milliseconds | undefined
  let newest = 0
  for await (const tag of tags) {
    if (tag.type !== tagTypes.script) {
      const ahead = (tag.timestamp - newest) | 0
      const now = performance.now()
      const isJump = Math.abs(ahead) > longestStep
      if (start === undefined || isJump) start = now - tag.timestamp
      if (ahead > 0 || isJump) newest = tag.timestamp
      const wait = start + newest - now
      if (wait > granularity) {
        yield group
        group = []
        await setTimeout(wait, undefined, { signal })
      } else if (wait < -longestLag) {
        start = now - newest
      }
    }
    group.push(tag)
  }
  yield group
}
