import type {
  AlternativeRendition,
  MultivariantPlaylist,
  VariantStream,
} from '../../formats/m3u8/multivariant-playlist.ts'
import { languageTag } from '../../media/language-tag.ts'
import type { Track } from '../../media/track.ts'
import { averageRate, frameRate, peakRate } from '../bit-rate.ts'
import type { ListedRendition, ListedSegment } from '../listed-rendition.ts'
import { audioNames } from './audio-names.ts'

export type MultivariantOptions = {
  /** Path of the playlists, relative to this one: empty, or the last segment of the stream's name with a slash. */
  readonly prefix: string
  /** What follows each file name. */
  readonly suffix: string
  /** How the playlist of a rendition is called, if not as the rendition. */
  readonly playlistName?: (rendition: string) => string
}

const audioGroup = 'audio'

/** The one variant that a stream is, with each sound track as an alternative. Tracks that are gone or silent are not offered. */
export function multivariantOf(all: readonly ListedRendition[], options: MultivariantOptions): MultivariantPlaylist {
  const renditions = all.filter(rendition => tracksOf(rendition).length > 0 && hasMedia(rendition))
  const audio = renditions.filter(({ kind }) => kind === 'audio')
  const pictures = renditions.filter(({ kind }) => kind !== 'audio')
  const leaders = pictures.length > 0 ? pictures : audio.slice(0, 1)
  const alternatives = pictures.length > 0 || audio.length > 1 ? audio : []
  const names = audioNames(alternatives.map(rendition => tracksOf(rendition)[0]?.language))
  return {
    hasIndependentSegments: renditions.every(({ isIndependent }) => isIndependent),
    media: alternatives.map((rendition, i) => alternativeOf(rendition, i, names[i] ?? rendition.name, options)),
    variants: leaders.map(leader => variantOf(leader, alternatives, options)),
  }
}

function alternativeOf(
  rendition: ListedRendition,
  index: number,
  name: string,
  options: MultivariantOptions,
): AlternativeRendition {
  const [track] = tracksOf(rendition)
  const channels = track?.audio?.channels
  const language = languageTag(track?.language)
  return {
    groupId: audioGroup,
    name,
    isDefault: index === 0,
    ...(language !== undefined && { language }),
    ...(channels !== undefined && { channels }),
    uri: uriOf(rendition, options),
  }
}

function variantOf(
  leader: ListedRendition,
  alternatives: readonly ListedRendition[],
  options: MultivariantOptions,
): VariantStream {
  const others = alternatives.filter(rendition => rendition !== leader)
  const played = [leader, ...others]
  const tracks = played.flatMap(tracksOf)
  const picture = tracks.find(({ kind }) => kind === 'video')?.video
  const pictureRate = picture === undefined ? undefined : frameRate(leader.segments)
  const loudest = (rate: (segments: readonly ListedSegment[]) => number): number =>
    Math.max(0, ...others.map(({ segments }) => rate(segments)))
  return {
    uri: uriOf(leader, options),
    bandwidth: peakRate(leader.segments) + loudest(peakRate),
    averageBandwidth: averageRate(leader.segments) + loudest(averageRate),
    codecs: codecsOf(tracks),
    ...(picture !== undefined && picture.width > 0 && { resolution: { width: picture.width, height: picture.height } }),
    ...(pictureRate !== undefined && { frameRate: pictureRate }),
    ...(alternatives.length > 0 && { audio: audioGroup }),
  }
}

/** None if one is not known: a player that is told fewer than there are does not make room for the others. */
function codecsOf(tracks: readonly Track[]): readonly string[] {
  const codecs = tracks.map(({ video, audio }) => video?.codecString ?? audio?.codecString)
  const known = codecs.filter(codec => codec !== undefined)
  return known.length === codecs.length ? [...new Set(known)] : []
}

function uriOf({ name }: ListedRendition, { prefix, suffix, playlistName }: MultivariantOptions): string {
  return `${prefix}${playlistName?.(name) ?? name}.m3u8${suffix}`
}

/** Of a track that is listed as nothing but gaps players would wait for ever. */
function hasMedia({ segments }: ListedRendition): boolean {
  return segments.some(({ isComplete, isGap }) => isComplete && !isGap)
}

function tracksOf({ name, newest }: ListedRendition): readonly Track[] {
  return newest?.period.heads.get(name)?.tracks ?? []
}
