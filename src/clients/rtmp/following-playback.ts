import type { FlvTag } from '../../formats/flv/flv-file-reader.ts'
import { type ConnectOptions, connect } from './library.ts'

/** What comes over one connection, and where the server asks to go next. */
type Playing = { tags?: AsyncIterableIterator<FlvTag>; next?: string }

/**
 * Play, and go where the server asks to go: over a new connection from its first key frame on. Times are those of the
 * servers.
 *
 * @throws {ServerError} If a server cannot be reached, says no, or is lost.
 * @see Enhanced RTMP v2, Reconnect Request
 */
export async function* followPlayback(url: string, options: ConnectOptions = {}): AsyncGenerator<FlvTag> {
  for (let place: string | undefined = url; place !== undefined; ) {
    const playing: Playing = {}
    const onReconnectRequest = (asked: string): void => {
      playing.next = asked
      void playing.tags?.return?.()
    }
    await using connection = await connect(place, { ...options, onReconnectRequest })
    playing.tags = await connection.play()
    if (playing.next === undefined) yield* playing.tags
    place = playing.next
  }
}
