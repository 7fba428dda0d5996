import type { Track, TrackKind } from '../../media/track.ts'

/** The place of a track among the others. */
export type TrackSlot = Pick<Track, 'id' | 'kind' | 'index'>

/** Gives the streams of a program their places, which they keep when the program changes as far as that goes. */
export class TrackSlots {
  readonly #slots: TrackSlot[] = []
  #byPid: ReadonlyMap<number, TrackSlot> = new Map()

  /** The place of each stream of the program as it is now, by PID. A stream on a new PID takes the place of one that left. */
  assign(streams: readonly { readonly pid: number; readonly kind: TrackKind }[]): ReadonlyMap<number, TrackSlot> {
    const assigned = new Map<number, TrackSlot>()
    for (const { pid, kind } of streams) {
      const known = this.#byPid.get(pid)
      if (known?.kind === kind) assigned.set(pid, known)
    }
    for (const { pid, kind } of streams) {
      if (!assigned.has(pid)) assigned.set(pid, this.#free(kind, [...assigned.values()]))
    }
    this.#byPid = assigned
    return assigned
  }

  #free(kind: TrackKind, taken: readonly TrackSlot[]): TrackSlot {
    const ofKind = this.#slots.filter(slot => slot.kind === kind)
    const free = ofKind.find(slot => !taken.includes(slot))
    if (free !== undefined) return free
    const slot = { id: this.#slots.length, kind, index: ofKind.length }
    this.#slots.push(slot)
    return slot
  }
}
