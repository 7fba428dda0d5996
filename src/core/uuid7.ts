import { randomBytes } from 'node:crypto'
import type { Milliseconds } from './units.ts'

/** Ids within one millisecond before the next ids are dated ahead. */
const countPerMillisecond = 0x1000

/**
 * Ids that are unique, and as texts in the order in which they were made: UUIDs of version 7 whose `rand_a` counts.
 *
 * @see RFC 9562 §5.7, and §6.2 method 1
 */
export class Uuid7Sequence {
  #time: Milliseconds = 0
  #count = 0

  /** @param wall Wall-clock time. If it goes back, ids go on from where they were. */
  next(wall: Milliseconds): string {
    const now = Math.floor(wall)
    if (now > this.#time) {
      this.#time = now
      this.#count = 0
    } else if (++this.#count === countPerMillisecond) {
      this.#time++
      this.#count = 0
    }
    return format(this.#time, this.#count, randomBytes(8))
  }
}

function format(time: Milliseconds, count: number, random: Buffer): string {
  random[0] = 0x80 | ((random[0] ?? 0) & 0x3f)
  const stamp = time.toString(16).padStart(12, '0')
  const tail = random.toString('hex')
  const version = `7${count.toString(16).padStart(3, '0')}`
  return `${stamp.slice(0, 8)}-${stamp.slice(8)}-${version}-${tail.slice(0, 4)}-${tail.slice(4)}`
}
