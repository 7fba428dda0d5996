import { startPeer } from '../peers/peers.ts'
import { hashes, parseFrameList } from './frame-list.ts'

/** Pictures in Annex B without parameter sets, and sound without headers: all containers hold the same bytes. */
const pictures = ['-bsf:v', 'h264_mp4toannexb,filter_units=remove_types=7-9']
const sound = ['-bsf:a', 'aac_adtstoasc']

/** Hashes of the pictures and of the sounds of a file, or of what FFmpeg plays from a URL up to its end. */
export async function annexBHashes(url: string, ...input: readonly string[]): Promise<readonly (readonly string[])[]> {
  const forms = [...pictures, ...(url.endsWith('ts.m3u8') ? sound : [])]
  const args = ['-v', 'error', ...input, '-i', url, '-c', 'copy', ...forms, '-f', 'framemd5', '-']
  await using program = startPeer('ffmpeg', args)
  const { video, audio } = parseFrameList((await program.untilDone()).stdout.toString())
  return [video, audio].filter(track => track !== undefined).map(({ frames }) => hashes(frames))
}
