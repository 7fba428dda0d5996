import { ProtocolError } from '../../core/errors.ts'

/** A tag without its value, `#` included, or the URI that stands behind tags. */
export type PlaylistLine =
  | { readonly tag: string; readonly value: string }
  | { readonly tag: undefined; readonly uri: string }

const firstTag = '#EXTM3U'
/** Nobody writes longer ones; a list of a day has some 300,000 lines. */
const maxLines = 1_000_000

/**
 * The tags and URIs of a playlist. Comments and empty lines are left out.
 *
 * @throws {ProtocolError} If it is none, or uses variables, which need more than the text.
 * @see RFC 8216bis §4.1
 */
export function* playlistLines(text: string): Generator<PlaylistLine> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/, maxLines)
  if (lines[0]?.trimEnd() !== firstTag) throw playlistFault('malformed', `it begins with ${firstTag}`)
  for (const line of lines.slice(1)) {
    if (line.trim() === '' || (line.startsWith('#') && !line.startsWith('#EXT'))) continue
    if (line.startsWith('#EXT-X-DEFINE')) throw playlistFault('unsupported', 'it has no variables (EXT-X-DEFINE)')
    yield line.startsWith('#') ? splitTag(line) : { tag: undefined, uri: line.trim() }
  }
}

function splitTag(line: string): PlaylistLine {
  const colon = line.indexOf(':')
  return colon === -1
    ? { tag: line.trimEnd(), value: '' }
    : { tag: line.slice(0, colon), value: line.slice(colon + 1).trim() }
}

/** True if it tells of other playlists, and not of segments. @throws {ProtocolError} If it is no playlist. */
export function isMultivariant(text: string): boolean {
  for (const { tag } of playlistLines(text)) if (tag === '#EXT-X-STREAM-INF') return true
  return false
}

export function playlistFault(fault: 'malformed' | 'unsupported', rule: string): ProtocolError {
  return new ProtocolError('hls', fault, `Cannot read playlist: ${rule}`)
}
