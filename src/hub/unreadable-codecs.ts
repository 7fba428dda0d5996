import type { Track } from '../media/track.ts'
import type { Stream } from './stream.ts'

/**
 * The codecs of a stream of which a format carries nothing, so that its readers would wait for ever; `undefined` if it
 * carries something, or if nobody can tell yet.
 */
export function unreadableCodecs(
  { tracks, isSettled }: Pick<Stream, 'tracks' | 'isSettled'>,
  carries: (track: Track) => boolean,
): string | undefined {
  const media = tracks.filter(({ kind }) => kind !== 'data')
  if (!isSettled || media.length === 0 || media.some(carries)) return undefined
  return media.map(({ codecLabel }) => codecLabel).join(', ')
}
