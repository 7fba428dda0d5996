import { parseMp4 } from './mp4-file.ts'

/** What an MPD says of a segment, in ticks of its track. */
export type ToldSegment = { readonly time: number; readonly duration: number }

/**
 * What is wrong with one segment by what mp4box.js reads of it; empty if nothing is.
 *
 * @param header Of its track.
 * @see ISO/IEC 23000-19 §7, ISO/IEC 23009-1 §5.3.9.6
 */
export function brokenInSegment(header: Uint8Array, segment: Uint8Array, told: ToldSegment): string[] {
  const { file, tracks } = parseMp4(Buffer.concat([header, segment]))
  const [track] = tracks
  const edits = track && (file.getTrackById(track.id).edts?.elst?.entries ?? [])
  const [first] = track?.samples ?? []
  if (track === undefined || edits === undefined || first === undefined) return ['§7.3.1: it has a track with samples']
  const seen = Math.min(...track.samples.map(({ cts }) => cts)) - (edits[0]?.media_time ?? 0)
  const lasts = track.samples.reduce((sum, { duration }) => sum + duration, 0)
  const rules = [
    [
      'CMAF §7.2',
      tracks.length === 1 && (file.ftyp?.compatible_brands ?? []).includes('cmfc'),
      'one track, brand cmfc',
    ],
    ['CMAF §7.5.13', edits.length <= 1, `an offset edit list, of ${edits.length} entries`],
    ['CMAF §7.3.2.3', seen === first.dts, `seen first at ${seen}, decoded from ${first.dts} on`],
    ['DASH §5.3.9.6.2', seen === told.time, `seen first at ${seen}, told at ${told.time}`],
    ['DASH §5.3.9.6.2', lasts === told.duration, `lasts ${lasts}, told ${told.duration}`],
  ] as const
  return rules.filter(([, isKept]) => !isKept).map(([section, , text]) => `${section}: ${text}`)
}
