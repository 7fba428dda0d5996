import { addSequence, sequenceDistance } from './sequence-number.ts'

const initialSize = 256
/** What a stream of 5 Mbit/s needs at the usual latency. */
const mostSpares = 64

/**
 * Packets by sequence number, in a window that moves on. Grows as the window is used, up to its capacity.
 *
 * What it has left behind can be used again: packets live long enough to be moved by the garbage collector several times,
 * which costs more than to fill them anew.
 */
export class PacketWindow<Packet> {
  /** Packets that the window spans at most. A power of two. */
  readonly capacity: number
  #slots: (Packet | undefined)[] = []
  #first: number
  /** No packet is before it. */
  #earliest: number
  #count = 0
  readonly #spares: Packet[] = []

  constructor(first: number, capacity: number) {
    this.#first = first
    this.#earliest = first
    this.capacity = capacity
  }

  /** Sequence number with which the window begins. */
  get first(): number {
    return this.#first
  }

  /** Packets in the window. */
  get count(): number {
    return this.#count
  }

  /** Sequence number of the first packet that is there; `undefined` if there is none. */
  get earliest(): number | undefined {
    if (this.#count === 0) return undefined
    while (this.get(this.#earliest) === undefined) this.#earliest = addSequence(this.#earliest, 1)
    return this.#earliest
  }

  /** How far `sequence` is from the begin of the window; negative if the window has left it behind. */
  offsetOf(sequence: number): number {
    return sequenceDistance(this.#first, sequence)
  }

  get(sequence: number): Packet | undefined {
    const offset = this.offsetOf(sequence)
    if (offset < 0 || offset >= this.#slots.length) return undefined
    return this.#slots[this.#indexOf(sequence)]
  }

  /** @param sequence In the window, and not in use. */
  put(sequence: number, packet: Packet): void {
    const offset = this.offsetOf(sequence)
    if (offset < 0 || offset >= this.capacity)
      throw new RangeError(`Cannot put packet ${offset}: it is out of the window`)
    if (offset >= this.#slots.length) this.#grow(offset + 1)
    this.#slots[this.#indexOf(sequence)] = packet
    if (this.#count === 0 || sequenceDistance(sequence, this.#earliest) > 0) this.#earliest = sequence
    this.#count++
  }

  /** One that the window has left behind, to be filled and put again; `undefined` if there is none. */
  takeSpare(): Packet | undefined {
    return this.#spares.pop()
  }

  /** Let the window begin at `sequence`, which is not behind its begin. */
  moveTo(sequence: number): void {
    const end = Math.min(this.offsetOf(sequence), this.#slots.length)
    for (let offset = this.offsetOf(this.#earliest); offset < end && this.#count > 0; offset++) {
      const index = this.#indexOf(addSequence(this.#first, offset))
      const packet = this.#slots[index]
      if (packet === undefined) continue
      this.#slots[index] = undefined
      if (this.#spares.length < mostSpares) this.#spares.push(packet)
      this.#count--
    }
    if (sequenceDistance(this.#earliest, sequence) > 0) this.#earliest = sequence
    this.#first = sequence
  }

  #indexOf(sequence: number): number {
    return sequence & (this.#slots.length - 1)
  }

  #grow(span: number): void {
    const old = this.#slots
    let size = Math.max(old.length, initialSize)
    while (size < span) size *= 2
    const slots = Array.from<Packet | undefined>({ length: size })
    for (let i = 0; i < old.length; i++) {
      const sequence = addSequence(this.#first, i)
      slots[sequence & (size - 1)] = old[sequence & (old.length - 1)]
    }
    this.#slots = slots
  }
}
