type HeaderFields = Readonly<Record<string, string | number | string[] | undefined>>

/** Fields of a response that plays a stream without end. */
const playback: HeaderFields = {
  'Content-Type': 'video/x-flv',
  'Cache-Control': 'no-store',
  Connection: 'close',
}

/**
 * The head of a response whose body goes straight to the socket: no length and no chunks, so it ends with the
 * connection.
 *
 * @param fields What hooks have set: CORS and the like.
 * @see RFC 9112 §6.3 (message body length, item 8)
 */
export function encodePlaybackHead(fields: HeaderFields): string {
  const lines = Object.entries({ ...fields, ...playback }).flatMap(([name, value]) =>
    [value ?? []].flat().map(one => `${name}: ${one}\r\n`),
  )
  return `HTTP/1.1 200 OK\r\nDate: ${new Date().toUTCString()}\r\n${lines.join('')}\r\n`
}
