import { createDecipheriv } from 'node:crypto'
import type { Clock } from '../../contracts/clock.ts'
import { ProtocolError, type ServerError } from '../../core/errors.ts'
import type { Bytes, Milliseconds } from '../../core/units.ts'
import type { MediaMap, PlaylistSegment, SegmentKey } from '../../formats/m3u8/media-playlist.ts'
import type { FileFetcher } from '../file-fetcher.ts'
import { passing } from '../passing.ts'

/** A segment as it was before it was encrypted. */
export type LoadedSegment = {
  readonly bytes: Uint8Array
  /** Its initialisation segment: the same object for as long as it is the same. */
  readonly init: Uint8Array | undefined
}

const attempts = 3
const retryDelay: Milliseconds = 500
const keySize: Bytes = 16

/** What was got last is kept: it is mostly the next one's, too. */
type Kept = { readonly name: string; readonly bytes: Uint8Array }

/** Gets the segments of one rendition, with what they need. */
export class SegmentLoader {
  readonly #fetcher: FileFetcher
  readonly #clock: Clock
  readonly #signal: AbortSignal
  #init: Kept | undefined
  #key: Kept | undefined

  constructor(fetcher: FileFetcher, clock: Clock, signal: AbortSignal) {
    this.#fetcher = fetcher
    this.#clock = clock
    this.#signal = signal
  }

  /**
   * @param base Where the playlist is.
   * @throws {ServerError} If it is not to be had, after some attempts.
   */
  async load(segment: PlaylistSegment, base: URL): Promise<LoadedSegment> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#loadOnce(segment, base)
      } catch (error) {
        if (attempt === attempts || this.#signal.aborted || error instanceof ProtocolError) throw error
        await passing(attempt * retryDelay, this.#clock, this.#signal)
      }
    }
  }

  async #loadOnce({ uri, byteRange, map, key }: PlaylistSegment, base: URL): Promise<LoadedSegment> {
    const init = map === undefined ? undefined : await this.#initOf(map, base)
    const secret = key === undefined ? undefined : await this.#keyOf(key, base)
    const { bytes } = await this.#fetcher.get(locate(uri, base), byteRange)
    return { bytes: key === undefined || secret === undefined ? bytes : decrypt(bytes, secret, key.iv), init }
  }

  async #initOf({ uri, byteRange }: MediaMap, base: URL): Promise<Uint8Array> {
    const name = `${locate(uri, base).href} ${byteRange?.offset} ${byteRange?.length}`
    if (this.#init?.name !== name) {
      const { bytes } = await this.#fetcher.get(locate(uri, base), byteRange)
      this.#init = { name, bytes }
    }
    return this.#init.bytes
  }

  async #keyOf({ uri }: SegmentKey, base: URL): Promise<Uint8Array> {
    const url = locate(uri, base)
    if (this.#key?.name !== url.href) {
      const { bytes } = await this.#fetcher.get(url)
      if (bytes.length !== keySize) throw fault(`a key has ${keySize} bytes, is ${bytes.length}`)
      this.#key = { name: url.href, bytes }
    }
    return this.#key.bytes
  }
}

/**
 * A file that a playlist names. Credentials of the playlist's host are those of its files there.
 *
 * @throws {ProtocolError} If it is not on a web server.
 */
export function locate(uri: string, base: URL): URL {
  const url = URL.parse(uri, base.href)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw fault('what a playlist names is on a web server')
  }
  if (url.host === base.host && url.username === '') Object.assign(url, credentialsOf(base))
  return url
}

function credentialsOf({ username, password }: URL): Pick<URL, 'username' | 'password'> {
  return { username, password }
}

/** @see RFC 8216bis §4.4.4.4 (METHOD=AES-128), RFC 5652 §6.3 (padding) */
function decrypt(bytes: Uint8Array, key: Uint8Array, iv: Uint8Array): Uint8Array {
  const decipher = createDecipheriv('aes-128-cbc', key, iv)
  try {
    return Buffer.concat([decipher.update(bytes), decipher.final()])
  } catch (cause) {
    const fits = 'a segment that is encrypted fits to its key'
    throw new ProtocolError('hls', 'malformed', `Cannot play playlist: ${fits}`, { cause })
  }
}

function fault(rule: string): ServerError {
  return new ProtocolError('hls', 'malformed', `Cannot play playlist: ${rule}`)
}
