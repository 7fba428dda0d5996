import { formatTag, yes } from './attribute-list.ts'

/** What there is of a stream. Source: RFC 8216bis §4.4.6. */
export type MultivariantPlaylist = {
  readonly hasIndependentSegments: boolean
  readonly media: readonly AlternativeRendition[]
  readonly variants: readonly VariantStream[]
}

/** Sound in a playlist of its own. */
export type AlternativeRendition = {
  readonly groupId: string
  /** For people; no two of a group have the same. */
  readonly name: string
  readonly isDefault: boolean
  readonly language?: string
  readonly channels?: number
  /** `undefined` if the variant streams have it in their own segments. */
  readonly uri?: string
}

export type VariantStream = {
  readonly uri: string
  /** Bits per second: of the largest segment, and of all together. */
  readonly bandwidth: number
  readonly averageBandwidth: number
  /** RFC 6381, of all that is played together; empty if that is not known. */
  readonly codecs: readonly string[]
  readonly resolution?: { readonly width: number; readonly height: number }
  readonly frameRate?: number
  /** Group of `media` that brings its sound. */
  readonly audio?: string
}

/** Version 6 is that of EXT-X-MAP. */
const version = 6

/** The text of a multivariant playlist. */
export function formatMultivariantPlaylist({ hasIndependentSegments, media, variants }: MultivariantPlaylist): string {
  const lines = ['#EXTM3U', `#EXT-X-VERSION:${version}`]
  if (hasIndependentSegments) lines.push('#EXT-X-INDEPENDENT-SEGMENTS')
  lines.push(...media.map(mediaLine), ...variants.flatMap(variantLines))
  return `${lines.join('\n')}\n`
}

function mediaLine({ groupId, name, isDefault, language, channels, uri }: AlternativeRendition): string {
  return formatTag('EXT-X-MEDIA', {
    TYPE: 'AUDIO',
    'GROUP-ID': { quoted: groupId },
    NAME: { quoted: name },
    LANGUAGE: language === undefined ? undefined : { quoted: language },
    DEFAULT: yes(isDefault),
    AUTOSELECT: 'YES',
    CHANNELS: channels === undefined ? undefined : { quoted: String(channels) },
    URI: uri === undefined ? undefined : { quoted: uri },
  })
}

function variantLines(variant: VariantStream): string[] {
  const { uri, bandwidth, averageBandwidth, codecs, resolution, frameRate, audio } = variant
  const tag = formatTag('EXT-X-STREAM-INF', {
    BANDWIDTH: bandwidth,
    'AVERAGE-BANDWIDTH': averageBandwidth,
    CODECS: codecs.length === 0 ? undefined : { quoted: codecs.join(',') },
    RESOLUTION: resolution && `${resolution.width}x${resolution.height}`,
    'FRAME-RATE': frameRate?.toFixed(3),
    AUDIO: audio === undefined ? undefined : { quoted: audio },
  })
  return [tag, uri]
}
