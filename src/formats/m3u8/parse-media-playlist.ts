import type { Milliseconds } from '../../core/units.ts'
import type { ByteRange, MediaMap, MediaPlaylist, PlaylistSegment, SegmentKey } from './media-playlist.ts'
import { type Attributes, parseAttributes, parseCount, parseNumber, requireAttribute } from './parse-attributes.ts'
import { playlistFault, playlistLines } from './playlist-lines.ts'

/**
 * The whole segments of a media playlist, and what is said of the list itself. Parts, hints and reports, which only help
 * to be early, are not read.
 *
 * @throws {ProtocolError} If it is malformed, or its segments are encrypted in a way that is not AES-128 as a whole.
 * @see RFC 8216bis §4.4.3, §4.4.4
 */
export function parseMediaPlaylist(text: string): MediaPlaylist {
  const reader = new MediaPlaylistReader()
  for (const line of playlistLines(text)) {
    if (line.tag === undefined) reader.addSegment(line.uri)
    else reader.addTag(line.tag, line.value)
  }
  return reader.end()
}

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

/** What has been said of the segment that comes next. */
type Pending = {
  duration?: number
  programDateTime?: Milliseconds
  isDiscontinuity: boolean
  isGap: boolean
  byteRange?: { readonly length: number; readonly offset: number | undefined }
}

/** A key whose vector may be the number of the segment. */
type KeyInForce = { readonly uri: string; readonly iv: Uint8Array | undefined }

class MediaPlaylistReader {
  readonly #head: Writable<Omit<MediaPlaylist, 'segments' | 'renditionReports'>> = {
    targetDuration: 0,
    mediaSequence: 0,
    discontinuitySequence: 0,
    hasIndependentSegments: false,
    isEnded: false,
  }
  readonly #segments: PlaylistSegment[] = []
  #pending: Pending = { isDiscontinuity: false, isGap: false }
  #key: KeyInForce | undefined
  #map: MediaMap | undefined

  addTag(tag: string, value: string): void {
    switch (tag) {
      case '#EXT-X-TARGETDURATION':
        this.#head.targetDuration = parseNumber(value, 'the target duration')
        return
      case '#EXT-X-MEDIA-SEQUENCE':
        this.#head.mediaSequence = parseCount(value, 'the media sequence')
        return
      case '#EXT-X-DISCONTINUITY-SEQUENCE':
        this.#head.discontinuitySequence = parseCount(value, 'the discontinuity sequence')
        return
      case '#EXT-X-INDEPENDENT-SEGMENTS':
        this.#head.hasIndependentSegments = true
        return
      case '#EXT-X-PLAYLIST-TYPE':
        this.#head.type = value === 'VOD' ? 'vod' : 'event'
        return
      case '#EXT-X-ENDLIST':
        this.#head.isEnded = true
        return
      case '#EXT-X-SKIP':
        throw playlistFault('malformed', 'segments are left out (EXT-X-SKIP) only for who asks for that')
      default:
        this.#addSegmentTag(tag, value)
    }
  }

  addSegment(uri: string): void {
    const { duration, programDateTime, byteRange, ...said } = this.#pending
    if (duration === undefined) throw playlistFault('malformed', 'each segment has a duration (EXTINF)')
    const number = this.#head.mediaSequence + this.#segments.length
    const key = this.#key === undefined ? undefined : keyOf(this.#key, number)
    this.#segments.push({
      ...{ uri, duration, ...said, parts: [] },
      ...(programDateTime !== undefined && { programDateTime }),
      ...(byteRange !== undefined && { byteRange: this.#place(byteRange, uri) }),
      ...(key !== undefined && { key }),
      ...(this.#map !== undefined && { map: this.#map }),
    })
    this.#pending = { isDiscontinuity: false, isGap: false }
  }

  end(): MediaPlaylist {
    if (this.#head.targetDuration === 0) throw playlistFault('malformed', 'it has a target duration')
    return { ...this.#head, segments: this.#segments, renditionReports: [] }
  }

  #addSegmentTag(tag: string, value: string): void {
    switch (tag) {
      case '#EXTINF':
        this.#pending.duration = parseNumber(value.split(',', 1)[0] ?? '', 'a duration')
        return
      case '#EXT-X-DISCONTINUITY':
        this.#pending.isDiscontinuity = true
        return
      case '#EXT-X-GAP':
        this.#pending.isGap = true
        return
      case '#EXT-X-BYTERANGE':
        this.#pending.byteRange = parseRange(value)
        return
      case '#EXT-X-PROGRAM-DATE-TIME': {
        const time = Date.parse(value)
        if (!Number.isNaN(time)) this.#pending.programDateTime = time
        return
      }
      case '#EXT-X-KEY':
        this.#key = parseKey(parseAttributes(value))
        return
      case '#EXT-X-MAP':
        this.#map = parseMap(parseAttributes(value))
        return
      default:
      // A client leaves out what it does not know (RFC 8216bis §6.3.1).
    }
  }

  /** A range without a beginning goes on where the one before it has ended. RFC 8216bis §4.4.4.2. */
  #place({ length, offset }: NonNullable<Pending['byteRange']>, uri: string): ByteRange {
    const before = this.#segments.at(-1)
    if (offset !== undefined) return { length, offset }
    if (before?.uri === uri && before.byteRange !== undefined) {
      return { length, offset: before.byteRange.offset + before.byteRange.length }
    }
    throw playlistFault('malformed', 'a byte range without a beginning follows another of the same file')
  }
}

function parseRange(text: string): { length: number; offset: number | undefined } {
  const [length = '', offset] = text.split('@')
  const what = 'a byte range'
  return { length: parseCount(length, what), offset: offset === undefined ? undefined : parseCount(offset, what) }
}

/** @see RFC 8216bis §4.4.4.4 */
function parseKey(attributes: Attributes): KeyInForce | undefined {
  const method = requireAttribute(attributes, 'EXT-X-KEY', 'METHOD')
  if (method === 'NONE') return undefined
  if (method !== 'AES-128') throw playlistFault('unsupported', `segments are encrypted with AES-128, is ${method}`)
  const format = attributes.get('KEYFORMAT') ?? 'identity'
  if (format !== 'identity') throw playlistFault('unsupported', `the format of keys is identity, is ${format}`)
  const iv = attributes.get('IV')
  return { uri: requireAttribute(attributes, 'EXT-X-KEY', 'URI'), iv: iv === undefined ? undefined : parseVector(iv) }
}

function parseVector(text: string): Uint8Array {
  const [, digits] = /^0x([0-9a-f]{1,32})$/i.exec(text) ?? []
  if (digits === undefined) throw playlistFault('malformed', 'an initialisation vector has 32 hexadecimal digits')
  return Buffer.from(digits.padStart(32, '0'), 'hex')
}

/** Without a vector, it is the number of the segment. @see RFC 8216bis §5.2 */
function keyOf({ uri, iv }: KeyInForce, number: number): SegmentKey {
  if (iv !== undefined) return { method: 'AES-128', uri, iv }
  const counted = Buffer.alloc(16)
  counted.writeBigUInt64BE(BigInt(number), 8)
  return { method: 'AES-128', uri, iv: counted }
}

/** @see RFC 8216bis §4.4.4.5 */
function parseMap(attributes: Attributes): MediaMap {
  const uri = requireAttribute(attributes, 'EXT-X-MAP', 'URI')
  const range = attributes.get('BYTERANGE')
  if (range === undefined) return { uri }
  const { length, offset } = parseRange(range)
  return { uri, byteRange: { length, offset: offset ?? 0 } }
}
