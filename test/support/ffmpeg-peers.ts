import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { type FrameList, parseFrameList } from './frame-list.ts'

/** Which FFmpeg: 7.1, or 9 for what that does not know. */
export type Ffmpeg = 'ffmpeg' | 'ffmpeg-9'

const quietly = ['-v', 'error']
const frameList = ['-map', '0', '-c', 'copy', '-f', 'framemd5', '-']

/** FFmpeg 9 verifies certificates if it is not told otherwise; ours are signed by themselves. */
function trustOf(url: string, ffmpeg: Ffmpeg): readonly string[] {
  return ffmpeg === 'ffmpeg-9' && url.startsWith('rtmps:') ? ['-tls_verify', '0'] : []
}

/** FFmpeg sends the first `seconds` of a file at its own pace, as it is; no more than the file has. */
export function publishFile(url: string, path: string, seconds: number, ffmpeg: Ffmpeg = 'ffmpeg'): Program {
  return publish(url, ['-t', `${seconds}`, '-i', path], ffmpeg)
}

/** FFmpeg sends a file at its own pace, as it is, over and over until it is closed. */
export function publishOverAndOver(url: string, path: string, ffmpeg: Ffmpeg = 'ffmpeg'): Program {
  return publish(url, ['-stream_loop', '-1', '-i', path], ffmpeg)
}

function publish(url: string, input: readonly string[], ffmpeg: Ffmpeg): Program {
  const tracks = ffmpeg === 'ffmpeg-9' ? ['-map', '0'] : []
  const output = ['-c', 'copy', '-f', 'flv', ...trustOf(url, ffmpeg), url]
  return startPeer(ffmpeg, [...quietly, '-re', ...input, ...tracks, ...output])
}

/** The frames that `publishFile` sends. */
export async function framesOf(path: string, seconds?: number, ffmpeg: Ffmpeg = 'ffmpeg'): Promise<FrameList> {
  return parseFrameList(await frameText(path, seconds, ffmpeg))
}

/** The frames of all tracks of a file, as FFmpeg lists them. */
export async function frameText(path: string, seconds: number | undefined, ffmpeg: Ffmpeg): Promise<string> {
  const span = seconds === undefined ? [] : ['-t', `${seconds}`]
  await using program = startPeer(ffmpeg, [...quietly, ...span, '-i', path, ...frameList])
  return (await program.untilDone()).stdout.toString()
}

/** FFmpeg plays and prints each frame as it comes. */
export function startPlayer(url: string, ffmpeg: Ffmpeg = 'ffmpeg'): Program {
  return startPeer(ffmpeg, [...quietly, ...trustOf(url, ffmpeg), '-i', url, ...frameList])
}

/** FFmpeg 9.0 says so at the end of any chunked response, one of Node's own HTTP server too, and exits with 0. */
const chunkedEnd = /^\[in#0\/flv @ \w+\] Error during demuxing: Input\/output error\n$/

/** What a player has received by the end of the stream, which must have been in order. */
export async function received(player: Program): Promise<FrameList> {
  const { stdout, stderr } = await player.untilDone()
  if (stderr !== '' && !chunkedEnd.test(stderr)) throw new Error(`Cannot play in order: FFmpeg says ${stderr}`)
  return parseFrameList(stdout.toString())
}

export type ProbedStream = {
  readonly codec_name: string
  readonly codec_type: string
  readonly width?: number
  readonly height?: number
  readonly avg_frame_rate: string
  readonly sample_rate?: string
  readonly channels?: number
}

/** The streams that ffprobe finds at a URL. It would look for more during 5 s, where there is only one. */
export async function probe(url: string): Promise<readonly ProbedStream[]> {
  const args = [...quietly, '-analyzeduration', '2M', '-of', 'json', '-show_streams', url]
  await using ffprobe = startPeer('ffprobe', args)
  const { streams } = JSON.parse((await ffprobe.untilDone()).stdout.toString()) as { streams: ProbedStream[] }
  return streams
}
