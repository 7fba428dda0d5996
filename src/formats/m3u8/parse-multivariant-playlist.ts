import type { AlternativeRendition, MultivariantPlaylist, VariantStream } from './multivariant-playlist.ts'
import { type Attributes, parseAttributes, parseCount, parseNumber, requireAttribute } from './parse-attributes.ts'
import { playlistFault, playlistLines } from './playlist-lines.ts'

/**
 * What there is of a stream: variants, and sound in playlists of its own. Subtitles, other pictures and trick play are left out.
 *
 * @throws {ProtocolError}
 * @see RFC 8216bis §4.4.6
 */
export function parseMultivariantPlaylist(text: string): MultivariantPlaylist {
  const media: AlternativeRendition[] = []
  const variants: VariantStream[] = []
  let hasIndependentSegments = false
  let pending: Attributes | undefined
  for (const line of playlistLines(text)) {
    if (line.tag === undefined) {
      if (pending !== undefined) variants.push(variantOf(pending, line.uri))
      pending = undefined
    } else if (line.tag === '#EXT-X-STREAM-INF') pending = parseAttributes(line.value)
    else if (line.tag === '#EXT-X-MEDIA') media.push(...soundOf(parseAttributes(line.value)))
    else if (line.tag === '#EXT-X-INDEPENDENT-SEGMENTS') hasIndependentSegments = true
  }
  if (variants.length === 0) throw playlistFault('malformed', 'it has a variant (EXT-X-STREAM-INF)')
  return { hasIndependentSegments, media, variants }
}

function variantOf(attributes: Attributes, uri: string): VariantStream {
  const bandwidth = parseCount(requireAttribute(attributes, 'EXT-X-STREAM-INF', 'BANDWIDTH'), 'BANDWIDTH')
  const average = attributes.get('AVERAGE-BANDWIDTH')
  const resolution = parseResolution(attributes.get('RESOLUTION'))
  const frameRate = attributes.get('FRAME-RATE')
  const audio = attributes.get('AUDIO')
  return {
    ...{ uri, bandwidth },
    averageBandwidth: average === undefined ? bandwidth : parseCount(average, 'AVERAGE-BANDWIDTH'),
    codecs: (attributes.get('CODECS') ?? '').split(',').filter(codec => codec !== ''),
    ...(resolution !== undefined && { resolution }),
    ...(frameRate !== undefined && { frameRate: parseNumber(frameRate, 'FRAME-RATE') }),
    ...(audio !== undefined && { audio }),
  }
}

function parseResolution(text: string | undefined): VariantStream['resolution'] {
  const [, width, height] = /^(\d{1,6})x(\d{1,6})$/.exec(text ?? '') ?? []
  return width === undefined ? undefined : { width: Number(width), height: Number(height) }
}

function soundOf(attributes: Attributes): readonly AlternativeRendition[] {
  if (attributes.get('TYPE') !== 'AUDIO') return []
  const uri = attributes.get('URI')
  const language = attributes.get('LANGUAGE')
  const [, channels] = /^(\d{1,3})/.exec(attributes.get('CHANNELS') ?? '') ?? []
  return [
    {
      groupId: requireAttribute(attributes, 'EXT-X-MEDIA', 'GROUP-ID'),
      name: attributes.get('NAME') ?? '',
      isDefault: attributes.get('DEFAULT') === 'YES',
      ...(language !== undefined && { language }),
      ...(channels !== undefined && { channels: Number(channels) }),
      ...(uri !== undefined && { uri }),
    },
  ]
}
