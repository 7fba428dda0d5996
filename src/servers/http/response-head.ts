type HeaderFields = Readonly<Record<string, string | number | string[] | undefined>>

/** Fields of a response that plays a stream without end. */
const playback: HeaderFields = {
  'Cache-Control': 'no-store',
  Connection: 'close',
}

/**
 * The head of a response whose body goes straight to the socket, past Node's own response.
 *
 * @param fields What hooks have set: CORS and the like.
 * @see RFC 9112 §6.3 (message body length, items 4 and 8)
 */
export function encodePlaybackHead(contentType: string, fields: HeaderFields, isChunked: boolean): string {
  const transfer: HeaderFields = isChunked ? { 'Transfer-Encoding': 'chunked' } : {}
  const lines = Object.entries({ ...fields, 'Content-Type': contentType, ...playback, ...transfer }).flatMap(
    ([name, value]) => [value ?? []].flat().map(one => `${name}: ${one}\r\n`),
  )
  return `HTTP/1.1 200 OK\r\nDate: ${new Date().toUTCString()}\r\n${lines.join('')}\r\n`
}
