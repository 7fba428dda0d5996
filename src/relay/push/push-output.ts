import type { AttemptResult } from '../relay-loop.ts'
import type { PushedStream } from './pushed-stream.ts'

/** How one protocol takes a stream to its destination. Lives as long as the destination does. */
export interface PushOutput {
  /**
   * Connect, until `stream.signal` aborts; then `stream.send`, and when that resolves, say goodbye and return its result.
   *
   * @throws {ServerError}
   */
  send(stream: PushedStream): Promise<AttemptResult>
}
