import type { Milliseconds } from '../core/units.ts'
import type { Stream } from './stream.ts'
import type { PeerInfo } from './subscriber.ts'

/** Where a viewer begins who does not begin at the newest key frame. */
export type RewindStart = {
  /** By the clock on the wall. */
  readonly at: Milliseconds
  /** How fast what is kept is sent: 1 for as it came. */
  readonly speed: number
}

/** Plays what is kept of streams to viewers who read as those of live streams do. */
export type Rewinder = {
  /**
   * A stream for one reader, which begins when that has come: with the newest key frame at a time or before. It is over
   * when its reader leaves, or none comes.
   *
   * @throws {RequestError} 404 if nothing is kept of the time, 503 if too many are rewinding, or it cannot be read now.
   */
  open(name: string, start: RewindStart, info: PeerInfo): Promise<Stream>
}
