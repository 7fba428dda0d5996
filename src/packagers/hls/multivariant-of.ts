import type {
  AlternativeRendition,
  MultivariantPlaylist,
  VariantStream,
} from '../../formats/m3u8/multivariant-playlist.ts'
import type { Track } from '../../media/track.ts'
import { averageRate, frameRate, peakRate } from '../bit-rate.ts'
import type { Rendition } from '../rendition.ts'
import type { Segment } from '../segment.ts'

export type MultivariantOptions = {
  /** Path of the playlists, relative to this one: empty, or the last segment of the stream's name with a slash. */
  readonly prefix: string
  /** What follows each file name. */
  readonly suffix: string
}

const audioGroup = 'audio'

/** The one variant that a stream is, with each further sound track as an alternative. */
export function multivariantOf(renditions: readonly Rendition[], options: MultivariantOptions): MultivariantPlaylist {
  const audio = renditions.filter(({ kind }) => kind === 'audio')
  const pictures = renditions.filter(({ kind }) => kind !== 'audio')
  const leaders = pictures.length > 0 ? pictures : audio.slice(0, 1)
  const alternatives = pictures.length > 0 || audio.length > 1 ? audio : []
  return {
    hasIndependentSegments: true,
    media: alternatives.map((rendition, i) => alternativeOf(rendition, i, options)),
    variants: leaders.map(leader => variantOf(leader, alternatives, options)),
  }
}

function alternativeOf(
  rendition: Rendition,
  index: number,
  { prefix, suffix }: MultivariantOptions,
): AlternativeRendition {
  const channels = tracksOf(rendition)[0]?.audio?.channels
  return {
    groupId: audioGroup,
    name: index === 0 ? 'Audio' : `Audio ${index + 1}`,
    isDefault: index === 0,
    ...(channels !== undefined && { channels }),
    uri: `${prefix}${rendition.name}.m3u8${suffix}`,
  }
}

function variantOf(leader: Rendition, alternatives: readonly Rendition[], options: MultivariantOptions): VariantStream {
  const { prefix, suffix } = options
  const others = alternatives.filter(rendition => rendition !== leader)
  const played = [leader, ...others]
  const tracks = played.flatMap(tracksOf)
  const picture = tracks.find(({ kind }) => kind === 'video')?.video
  const pictureRate = leader.kind === 'audio' ? undefined : frameRate(leader.segments)
  const loudest = (rate: (segments: readonly Segment[]) => number): number =>
    Math.max(0, ...others.map(({ segments }) => rate(segments)))
  return {
    uri: `${prefix}${leader.name}.m3u8${suffix}`,
    bandwidth: peakRate(leader.segments) + loudest(peakRate),
    averageBandwidth: averageRate(leader.segments) + loudest(averageRate),
    codecs: [...new Set(tracks.flatMap(({ video, audio }) => video?.codecString ?? audio?.codecString ?? []))],
    ...(picture !== undefined && picture.width > 0 && { resolution: { width: picture.width, height: picture.height } }),
    ...(pictureRate !== undefined && { frameRate: pictureRate }),
    ...(alternatives.length > 0 && { audio: audioGroup }),
  }
}

function tracksOf({ name, newest }: Rendition): readonly Track[] {
  return newest?.period.heads.get(name)?.tracks ?? []
}
