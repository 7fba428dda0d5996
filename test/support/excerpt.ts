import { join } from 'node:path'
import { type ClipName, clip, ffmpegFor } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'

export type Excerpt = {
  readonly clip: ClipName
  /** Its extension is the container. */
  readonly file: string
  readonly seconds?: number
  /** For FFmpeg, which writes it. */
  readonly options?: readonly string[]
}

/** The first seconds of a clip in another container, in a folder. Returns its path. */
export async function excerpt(
  folder: string,
  { clip: name, file, seconds = 4, options = [] }: Excerpt,
): Promise<string> {
  const path = join(folder, file)
  const input = ['-v', 'error', '-y', '-t', `${seconds}`, '-i', await clip(name), '-map', '0', '-c', 'copy']
  await using ffmpeg = startPeer(ffmpegFor(name), [...input, '-strict', '-2', ...options, path])
  await ffmpeg.untilDone()
  return path
}
