import { RequestError } from '../../core/errors.ts'

/** What a player asks to wait for: RFC 8216bis §6.2.5.2. */
export type BlockingRequest = {
  readonly number: number
  /** `undefined` for the whole segment. */
  readonly part: number | undefined
}

/** The delivery directives of a request for a playlist. */
export type DeliveryDirectives = {
  readonly blocking: BlockingRequest | undefined
  readonly isDelta: boolean
}

export const noDirectives: DeliveryDirectives = { blocking: undefined, isDelta: false }

/**
 * Read the delivery directives.
 *
 * @throws {RequestError} 400 in the words that the player is told.
 * @see RFC 8216bis §6.2.5
 */
export function parseDirectives(query: URLSearchParams): DeliveryDirectives {
  const number = parseDirective(query, '_HLS_msn')
  const part = parseDirective(query, '_HLS_part')
  if (part !== undefined && number === undefined) {
    throw new RequestError(400, 'Cannot wait for a part: _HLS_part needs _HLS_msn')
  }
  const skip = query.get('_HLS_skip')
  return { blocking: number === undefined ? undefined : { number, part }, isDelta: skip === 'YES' || skip === 'v2' }
}

function parseDirective(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  if (!/^\d{1,15}$/.test(text)) throw new RequestError(400, `Cannot wait: ${name} must be a number`)
  return Number(text)
}

const playlistExtension = '.m3u8'

/** Which playlist of which stream a path names, its first slash left out. */
export type PlaylistPath = { readonly stream: string; readonly playlist: string }

/** The two readings of a path: a playlist in the folder of its stream, or the short form `NAME.m3u8`. */
export function readPlaylistPath(path: string): {
  readonly inFolder: PlaylistPath | undefined
  readonly short: string
} {
  const short = path.slice(0, -playlistExtension.length)
  const slash = short.lastIndexOf('/')
  const inFolder = slash === -1 ? undefined : { stream: short.slice(0, slash), playlist: short.slice(slash + 1) }
  return { inFolder, short }
}
