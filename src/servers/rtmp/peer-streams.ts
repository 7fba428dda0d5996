import type { Milliseconds } from '../../core/units.ts'
import type { PlayingStream } from './playing-stream.ts'
import type { PublishingStream } from './publishing-stream.ts'

/** The message streams of one connection that publish or play, by their ids. */
export class PeerStreams {
  readonly #publishing = new Map<number, PublishingStream>()
  readonly #playing = new Map<number, PlayingStream>()

  get isEmpty(): boolean {
    return this.#publishing.size === 0 && this.#playing.size === 0
  }

  /** The name that the peer publishes; of several the first one. */
  get publishedName(): string | undefined {
    const [first] = this.#publishing.values()
    return first?.name
  }

  addPublishing(streamId: number, stream: PublishingStream): void {
    this.#publishing.set(streamId, stream)
  }

  addPlaying(streamId: number, stream: PlayingStream): void {
    this.#playing.set(streamId, stream)
    this.#tellPlayers()
  }

  publishing(streamId: number): PublishingStream | undefined {
    return this.#publishing.get(streamId)
  }

  playing(streamId: number): PlayingStream | undefined {
    return this.#playing.get(streamId)
  }

  /** Forget a stream that is over. */
  remove(streamId: number): void {
    this.#publishing.delete(streamId)
    this.#playing.delete(streamId)
    this.#tellPlayers()
  }

  /** The peer, or its connection, ends a stream. */
  close(streamId: number, reason: string): void {
    this.#publishing.get(streamId)?.close(reason)
    this.#playing.get(streamId)?.close(reason)
    this.remove(streamId)
  }

  closeAll(reason: string): void {
    for (const stream of this.#all()) stream.close(reason)
    this.#publishing.clear()
    this.#playing.clear()
  }

  /** The configuration has changed: every stream looks its settings up again. */
  applySettings(): void {
    for (const stream of this.#all()) stream.applySettings()
  }

  /** What the peer is late with, in words; `undefined` while it is in time. */
  overdue(now: Milliseconds): string | undefined {
    for (const stream of this.#all()) {
      const overdue = stream.overdue(now)
      if (overdue !== undefined) return overdue
    }
    return undefined
  }

  /** Called once a second. */
  checkTracks(): void {
    for (const stream of this.#playing.values()) stream.checkTracks()
  }

  /** Players that share a connection cannot rely on what its chunk streams carried last. */
  #tellPlayers(): void {
    for (const player of this.#playing.values()) player.setOneOfSeveral(this.#playing.size > 1)
  }

  #all(): readonly (PublishingStream | PlayingStream)[] {
    return [...this.#publishing.values(), ...this.#playing.values()]
  }
}
