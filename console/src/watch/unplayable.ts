import type { Track } from '../api/sluice-api.ts'
import { codecName } from '../format/track-facts.ts'
import type { PlayerKind } from './player-choice.ts'

/** What mpegts.js takes out of FLV, as the API names it. A browser may still lack the decoder. */
const inFlv: readonly string[] = ['H.264', 'H.265', 'AV1', 'AAC', 'MP3', 'Opus']
/** What the server puts into fragmented MP4. */
const inMp4: readonly string[] = [...inFlv, 'H.266', 'VP8', 'VP9', 'FLAC', 'AC-3', 'E-AC-3']

/** Tells if the browser decodes a MIME type with codecs; `MediaSource.isTypeSupported` fits. */
export type TypeTest = (type: string) => boolean

/** The media tracks that this page is sent, the first of each kind, and cannot play. */
export function unplayableTracks(
  tracks: readonly Track[],
  player: PlayerKind,
  isTypeSupported: TypeTest,
): readonly Track[] {
  return tracks.filter(
    track => track.kind !== 'data' && track.index === 0 && !isPlayable(track, player, isTypeSupported),
  )
}

/** One sentence for the viewer, or undefined if nothing stands in the way of playing. */
export function explainUnplayable(
  tracks: readonly Track[],
  player: PlayerKind,
  isTypeSupported: TypeTest,
): string | undefined {
  const unplayable = unplayableTracks(tracks, player, isTypeSupported)
  const names = unplayable.map(track => `${codecName(track.codec)} ${track.kind}`)
  if (names.length === 0) return undefined
  return `This browser cannot play ${names.join(' or ')}.`
}

function isPlayable(track: Track, player: PlayerKind, isTypeSupported: TypeTest): boolean {
  const carried = player === 'flv' ? inFlv : inMp4
  if (!carried.includes(track.codec)) return false
  // MP3 travels as audio/mpeg, where the codec has no string.
  if (track.codec === 'MP3' && player === 'flv') return isTypeSupported('audio/mpeg')
  if (track.codecString === null) return true
  return isTypeSupported(`${track.kind}/mp4; codecs="${track.codecString}"`)
}
