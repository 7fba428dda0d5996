import { FlvReader } from './flv-reader.ts'
import { HttpResponseReader } from './http-response-reader.ts'
import type { Playback, PlaybackEvents, PlayTarget } from './playback.ts'

/** Play over HTTP-FLV. */
export function httpFlvPlayback({ host, port, app, name }: PlayTarget, events: PlaybackEvents): Playback {
  const tags = new FlvReader(events.media)
  const response = new HttpResponseReader({
    status: status => {
      if (status !== 200) events.failed(`HTTP status is ${status}`)
    },
    body: bytes => tags.push(bytes),
  })
  return {
    open: () => events.write(`GET /${app}/${name}.flv HTTP/1.1\r\nHost: ${host}:${port}\r\nAccept: */*\r\n\r\n`),
    push: bytes => response.push(bytes),
    acknowledge: () => {},
  }
}
