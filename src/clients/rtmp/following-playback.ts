import type { FlvTag } from '../../formats/flv/flv-file-reader.ts'
import { type ConnectOptions, connect } from './library.ts'

/**
 * Play, and go where the server asks to go: over a new connection from its first key frame on. Times are those of the
 * servers.
 *
 * @throws {ServerError} If a server cannot be reached, says no, or is lost.
 * @see Enhanced RTMP v2, Reconnect Request
 */
export async function* followPlayback(url: string, options: ConnectOptions = {}): AsyncGenerator<FlvTag> {
  for (let place: string | undefined = url; place !== undefined; ) {
    let next: string | undefined
    await using connection = await connect(place, { ...options, onReconnectRequest: asked => (next = asked) })
    for await (const tag of await connection.play()) {
      yield tag
      if (next !== undefined) break
    }
    place = next
  }
}
