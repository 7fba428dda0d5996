import type { ServerError } from '../core/errors.ts'
import type { Bytes } from '../core/units.ts'
import type { PublishDoor } from '../hub/stream-registry.ts'
import type { PeerInfo } from '../hub/subscriber.ts'

/** What came of one connection: its end was reached, the next one may follow at once, or it has failed. */
export type SourceResult = 'done' | 'again' | ServerError

/** Brings the media of one input from wherever it is. The seam for whatever can be an input. */
export interface InputSource {
  /** For logs, the API and metrics. */
  readonly protocol: string
  /** Over all connections. */
  readonly bytesReceived: Bytes
  /**
   * Connect once, and bring media until that ends or `signal` aborts. What has media asks `publish` for its place, once.
   * Does not reject.
   *
   * @param who Of the publication.
   */
  receive(who: Pick<PeerInfo, 'id' | 'since'>, publish: PublishDoor, signal: AbortSignal): Promise<SourceResult>
}
