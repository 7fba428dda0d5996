import { formatSeconds, formatTag, yes } from './attribute-list.ts'
import { formatDateRange } from './date-range.ts'
import type {
  ByteRange,
  MediaMap,
  MediaPlaylist,
  OpenSegment,
  PlaylistPart,
  PlaylistSegment,
  SegmentKey,
} from './media-playlist.ts'

/** EXT-X-SKIP and parts, gaps, and the map of a playlist with more than key frames need versions 9, 8 and 6. RFC 8216bis §8. */
const plainVersion = 3
const mapVersion = 6
const gapVersion = 8
const lowLatencyVersion = 9

/**
 * The text of a media playlist, one tag a line.
 *
 * @see RFC 8216bis §4.4.3 (tags of the playlist), §4.4.4 (of segments), §4.4.5 (of parts and hints)
 */
export function formatMediaPlaylist(playlist: MediaPlaylist): string {
  return [...mediaPlaylistPieces(playlist, Number.POSITIVE_INFINITY)].join('')
}

/** The same text in pieces of so many segments, for lists that take long. */
export function* mediaPlaylistPieces(playlist: MediaPlaylist, segmentsAtOnce: number): Generator<string> {
  let lines = [...headLines(playlist)]
  let before = tagsBefore(playlist)
  let count = 0
  for (const segment of playlist.segments) {
    lines.push(...openingLines(segment, before), ...closingLines(segment))
    before = segment
    if (++count % segmentsAtOnce > 0) continue
    yield textOf(lines)
    lines = []
  }
  if (playlist.open !== undefined) lines.push(...openingLines(playlist.open, before))
  lines.push(...tailLines(playlist))
  yield textOf(lines)
}

function textOf(lines: readonly string[]): string {
  return lines.map(line => `${line}\n`).join('')
}

function* headLines(playlist: MediaPlaylist): Generator<string> {
  const { serverControl, partTarget, type, skippedSegments, startOffset } = playlist
  yield '#EXTM3U'
  yield `#EXT-X-VERSION:${versionOf(playlist)}`
  yield `#EXT-X-TARGETDURATION:${playlist.targetDuration}`
  if (serverControl !== undefined) {
    yield formatTag('EXT-X-SERVER-CONTROL', {
      'CAN-BLOCK-RELOAD': yes(serverControl.canBlockReload),
      'CAN-SKIP-UNTIL': optionalSeconds(serverControl.canSkipUntil),
      'HOLD-BACK': optionalSeconds(serverControl.holdBack),
      'PART-HOLD-BACK': optionalSeconds(serverControl.partHoldBack),
    })
  }
  if (partTarget !== undefined) yield formatTag('EXT-X-PART-INF', { 'PART-TARGET': formatSeconds(partTarget) })
  yield `#EXT-X-MEDIA-SEQUENCE:${playlist.mediaSequence}`
  yield `#EXT-X-DISCONTINUITY-SEQUENCE:${playlist.discontinuitySequence}`
  if (type !== undefined) yield `#EXT-X-PLAYLIST-TYPE:${type.toUpperCase()}`
  if (startOffset !== undefined) yield formatTag('EXT-X-START', { 'TIME-OFFSET': formatSeconds(startOffset) })
  if (playlist.hasIndependentSegments) yield '#EXT-X-INDEPENDENT-SEGMENTS'
  if (skippedSegments !== undefined) yield formatTag('EXT-X-SKIP', { 'SKIPPED-SEGMENTS': skippedSegments })
}

function versionOf({ serverControl, skippedSegments, segments }: MediaPlaylist): number {
  if (serverControl !== undefined || skippedSegments !== undefined) return lowLatencyVersion
  if (segments.some(({ isGap }) => isGap)) return gapVersion
  return segments.some(({ map }) => map !== undefined) ? mapVersion : plainVersion
}

/** What was said before a segment and counts for it, too. */
type TagsInForce = Pick<OpenSegment, 'key' | 'map'>

/** Of the segments that were left out, the last one has another key than the first that is listed. */
function tagsBefore({ skippedSegments, segments: [first] }: MediaPlaylist): TagsInForce {
  return skippedSegments === undefined || first?.key === undefined ? {} : { key: { ...first.key } }
}

function* openingLines(segment: OpenSegment, before: TagsInForce): Generator<string> {
  const { isDiscontinuity, key, map, programDateTime, parts } = segment
  const isNewMap = map !== undefined && map.uri !== before.map?.uri
  // One that is in force would be that of the map, too, which is in the clear.
  const keyInForce = isNewMap ? undefined : before.key
  if (isDiscontinuity) yield '#EXT-X-DISCONTINUITY'
  if (keyInForce !== before.key) yield keyLine(undefined)
  if (isNewMap) yield mapLine(map)
  if (key !== keyInForce) yield keyLine(key)
  if (programDateTime !== undefined) yield `#EXT-X-PROGRAM-DATE-TIME:${new Date(programDateTime).toISOString()}`
  yield* parts.map(partLine)
}

function* closingLines(segment: PlaylistSegment): Generator<string> {
  const { byteRange } = segment
  if (segment.isGap) yield '#EXT-X-GAP'
  yield `#EXTINF:${formatSeconds(segment.duration)},`
  if (byteRange !== undefined) yield `#EXT-X-BYTERANGE:${formatRange(byteRange)}`
  yield segment.uri
}

function partLine({ uri, duration, isIndependent }: PlaylistPart): string {
  const independent = yes(isIndependent)
  return formatTag('EXT-X-PART', { DURATION: formatSeconds(duration), URI: { quoted: uri }, INDEPENDENT: independent })
}

/**
 * hls.js 1.7.4 takes the last segment for the one that comes next where no line follows it, and ends when that one turns out
 * to be of another discontinuity.
 */
const nothingHinted = '# The next segment is not known yet'

function* tailLines(playlist: MediaPlaylist): Generator<string> {
  const { dateRanges = [], partTarget, open, preloadHint, renditionReports, isEnded } = playlist
  if (partTarget !== undefined && open === undefined && preloadHint === undefined) yield nothingHinted
  yield* dateRanges.map(formatDateRange)
  if (preloadHint !== undefined) yield formatTag('EXT-X-PRELOAD-HINT', { TYPE: 'PART', URI: { quoted: preloadHint } })
  for (const { uri, lastMsn, lastPart } of renditionReports) {
    yield formatTag('EXT-X-RENDITION-REPORT', { URI: { quoted: uri }, 'LAST-MSN': lastMsn, 'LAST-PART': lastPart })
  }
  if (isEnded) yield '#EXT-X-ENDLIST'
}

function mapLine({ uri, byteRange }: MediaMap): string {
  const range = byteRange && { quoted: formatRange(byteRange) }
  return formatTag('EXT-X-MAP', { URI: { quoted: uri }, BYTERANGE: range })
}

function keyLine(key: SegmentKey | undefined): string {
  if (key === undefined) return formatTag('EXT-X-KEY', { METHOD: 'NONE' })
  const iv = `0x${Buffer.from(key.iv).toString('hex')}`
  return formatTag('EXT-X-KEY', { METHOD: key.method, URI: { quoted: key.uri }, IV: iv })
}

function formatRange({ offset, length }: ByteRange): string {
  return `${length}@${offset}`
}

function optionalSeconds(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : formatSeconds(seconds)
}
