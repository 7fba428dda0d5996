type HeaderFields = Readonly<Record<string, string | number | string[] | undefined>>

/**
 * The head of a response whose body goes straight to the socket, past Node's own response.
 *
 * @param fields What hooks have set: CORS and the like.
 * @see RFC 9112 §6.3 (message body length, items 4 and 8)
 */
export function encodePlaybackHead(contentType: string, fields: HeaderFields, isChunked: boolean): string {
  const transfer: HeaderFields = isChunked ? { 'Transfer-Encoding': 'chunked' } : {}
  const all = { ...playbackFields(contentType, fields), Connection: 'close', ...transfer }
  const lines = Object.entries(all).flatMap(([name, value]) => [value ?? []].flat().map(one => `${name}: ${one}\r\n`))
  return `HTTP/1.1 200 OK\r\nDate: ${new Date().toUTCString()}\r\n${lines.join('')}\r\n`
}

/** Fields of a response that plays a stream without end, whatever carries it. */
export function playbackFields(contentType: string, fields: HeaderFields): HeaderFields {
  return { ...fields, 'Content-Type': contentType, 'Cache-Control': 'no-store' }
}
