import assert from 'node:assert/strict'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { hashes, type ListedTrack, parseTracks, placeOf } from './frame-list.ts'

/**
 * Filters of FFmpeg that bring what transport streams and what other containers hold to one form: pictures without
 * delimiters and parameter sets, whose places differ, and sound without headers.
 */
const filters = {
  h264: ['-bsf:v', 'h264_mp4toannexb,filter_units=remove_types=7-9'],
  // The SEI of x265 stands in the configuration of other containers, and in each key frame of a transport stream.
  hevc: ['-bsf:v', 'hevc_mp4toannexb,filter_units=remove_types=32-35|39'],
  // FLV may have temporal delimiters, MP4 may not.
  av1: ['-bsf:v', 'av1_metadata=td=remove'],
  // Of several tracks of sound, the first one.
  aac: ['-bsf:a:0', 'aac_adtstoasc'],
} as const

/** The codecs of a clip whose form differs between containers. */
export type Forms = readonly (keyof typeof filters)[]

/** FFmpeg lists the frames of all tracks of a file or URL, in the common form. It calls the end of an SRT connection an error. */
export function listFrames(url: string, forms: Forms, ...input: readonly string[]): Program {
  return startPeer('ffmpeg-9', ['-v', 'fatal', ...input, '-i', url, ...listOutput(forms)])
}

/** The output of FFmpeg that is the list. */
export function listOutput(forms: Forms): readonly string[] {
  const form = forms.flatMap(codec => filters[codec])
  return ['-map', '0', '-c', 'copy', '-copyts', ...form, '-f', 'framemd5', '-']
}

/** The frames of a transport stream in memory. */
export async function framesOfTs(bytes: Uint8Array, forms: Forms): Promise<readonly ListedTrack[]> {
  await using ffmpeg = listFrames('-', forms, '-f', 'mpegts')
  ffmpeg.stdin.end(bytes)
  return await listed(ffmpeg)
}

/** What `listFrames` has printed by its end. */
export async function listed(program: Program): Promise<readonly ListedTrack[]> {
  return parseTracks((await program.untilDone()).stdout.toString())
}

/** Frames of each track that may be missing. */
export type Missing = {
  readonly atStart: number
  /** Where it is not 0, the sender is closed while its last frames are on their way: one may be a part of what was sent. */
  readonly atEnd: number
}

/** Assert that each track is what was sent, without a gap, at times that all differ from the sent ones by one constant. */
export function assertRelayed(
  is: readonly ListedTrack[],
  was: readonly ListedTrack[],
  missing: Missing = { atStart: 0, atEnd: 0 },
): void {
  assert.deepEqual(is.map(codecOf), was.map(codecOf))
  const whole = missing.atEnd === 0 ? is : is.map(track => ({ ...track, frames: track.frames.slice(0, -1) }))
  const spans = whole.flatMap((track, index) => matchTrack(track, was[index] ?? assert.fail(), missing))
  const [earliest, latest] = [Math.min(...spans), Math.max(...spans)]
  assert.ok(latest - earliest <= 2, `times differ by ${earliest} to ${latest} ms`)
}

/** Returns by how many milliseconds each time of the track differs. */
function matchTrack(is: ListedTrack, was: ListedTrack, missing: Missing): readonly number[] {
  const codec = codecOf(is)
  const [place, first] = [
    placeOf(is.frames, was.frames),
    was.frames.findIndex(({ hash }) => hash === is.frames[0]?.hash),
  ]
  assert.ok(first !== -1, `${codec}: begins with a frame that was not sent`)
  const from = place === -1 ? first : place
  assert.deepEqual(hashes(is.frames), hashes(was.frames.slice(from, from + is.frames.length)), codec)
  const end = was.frames.length - from - is.frames.length
  assert.ok(from <= missing.atStart, `${codec}: ${from} frames missing at the start`)
  assert.ok(end <= missing.atEnd, `${codec}: ${end} frames missing at the end`)
  return is.frames.flatMap(({ dts, pts }, i) => {
    const sent = was.frames[from + i] ?? assert.fail()
    return [ms(dts, is) - ms(sent.dts, was), ms(pts, is) - ms(sent.pts, was)]
  })
}

function ms(time: number, { timescale }: ListedTrack): number {
  return (1000 * time) / timescale
}

function codecOf({ codec = 'unknown' }: ListedTrack): string {
  return codec
}
