/** Absolute, or relative to the URL that the peer has connected with: `//host/app` and `/app`. */
const pattern = /^(?:(?:rtmps?:)?\/\/[^\s/]+\/\S+|\/[^\s/]\S*)$/
const longest = 1024

/** The rule in words. */
export const reconnectTargetForm = 'an RTMP URL such as rtmp://host/app, //host/app or /app'

/**
 * True if peers can be sent to `tcUrl`.
 *
 * @see Enhanced RTMP v2, Reconnect Request, tcUrl
 */
export function isReconnectTarget(tcUrl: string): boolean {
  return tcUrl.length <= longest && pattern.test(tcUrl)
}
