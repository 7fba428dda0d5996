import type { Milliseconds } from '../core/units.ts'
import type { Publication, PublicationEnd, PublisherPort } from '../hub/publication.ts'
import type { NameClaim } from '../hub/stream-registry.ts'
import type { PeerInfo } from '../hub/subscriber.ts'
import type { Frame } from '../media/frame.ts'
import type { Track } from '../media/track.ts'
import type { InputSlot, KeptFrames } from './input-slot.ts'
import { Splice } from './splice.ts'

export type SplicedOutputOptions = {
  readonly claim: NameClaim
  readonly wall: () => Milliseconds
  /** The hub has ended the publication. */
  readonly onEnd: (reason: PublicationEnd) => void
}

/** The one publication of a stream that has several inputs: one of them at a time is on air. */
export class SplicedOutput {
  readonly #options: SplicedOutputOptions
  #splice = new Splice()
  #publication: Publication | undefined
  #slot: InputSlot | undefined

  constructor(options: SplicedOutputOptions) {
    this.#options = options
  }

  get isOpen(): boolean {
    return this.#publication?.isOpen === true
  }

  /** True if what the slot brings goes on where the publication is. */
  fits(slot: InputSlot): boolean {
    return !this.isOpen || this.#splice.fits(slot.tracks)
  }

  /**
   * Put a slot that can go on air there, from its newest key frame on. Where its tracks are others than before, that is
   * another publication: players wait for it as for any publisher who comes back.
   */
  take(slot: InputSlot): void {
    this.#slot?.goOffAir()
    if (!this.fits(slot)) this.close()
    if (!this.isOpen) this.#open(slot)
    this.#slot = slot
    slot.goOnAir(kept => this.#begin(slot, kept))
  }

  declare(track: Track): void {
    this.#publication?.declare(this.#splice.trackOf(track))
  }

  write(frame: Frame): void {
    this.#write(this.#splice.place(frame))
  }

  /** The stream has no publisher any more. Idempotent. */
  close(): void {
    this.#slot?.goOffAir()
    this.#publication?.close()
    this.#publication = undefined
  }

  #write(placed: Frame | undefined): void {
    if (placed !== undefined) this.#publication?.write(placed)
  }

  #begin(slot: InputSlot, { frames, earlierSound }: KeptFrames): void {
    let isFirst = true
    for (const frame of frames) {
      if (isFirst) {
        this.#splice.begin(frame, this.#publication?.continuesFrom)
        for (const track of slot.tracks) this.declare(track)
        for (const sound of earlierSound) this.#write(this.#splice.placeEarlier(sound))
        isFirst = false
      }
      this.write(frame)
    }
    if (this.#publication === undefined) return
    this.#publication.encoder = slot.publication?.encoder
    this.#publication.announcesPictures = slot.publication?.announcesPictures === true
  }

  #open(slot: InputSlot): void {
    const { claim, onEnd } = this.#options
    const port = this.#port(slot.publication?.info, onEnd)
    const result = port === undefined ? undefined : claim.publish(port)
    this.#publication = result?.ok === true ? result.publication : undefined
    this.#splice = new Splice()
  }

  /** Who publishes is who is on air, or was last. */
  #port(first: PeerInfo | undefined, onEnd: PublisherPort['onEnd']): PublisherPort | undefined {
    if (first === undefined) return undefined
    const since = this.#options.wall()
    let info = first
    const current = (): PeerInfo => {
      info = this.#slot?.publication?.info ?? info
      return { ...info, since }
    }
    return {
      get info() {
        return current()
      },
      onEnd,
    }
  }
}
