import { startPeer } from '../peers/peers.ts'

type FfmpegName = 'ffmpeg' | 'ffmpeg-9'

/** The packets of one kind of a file, as FFmpeg reads them: what they hold, and when they play, from the first on. */
export type Packets = { readonly hashes: readonly string[]; readonly times: readonly string[] }

/**
 * Times are in ticks of the container, decode and presentation, relative to the first packet's decode time.
 *
 * @param reader Which FFmpeg reads the file.
 */
export async function packets(file: string, kind: 'video' | 'audio', reader: FfmpegName = 'ffmpeg'): Promise<Packets> {
  const map = kind === 'video' ? '0:v' : '0:a'
  const output = ['-map', map, '-c', 'copy', '-f', 'framemd5', '-']
  await using ffmpeg = startPeer(reader, ['-v', 'error', '-i', file, ...output])
  const { stdout } = await ffmpeg.untilDone()
  const lines = stdout
    .toString()
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
  const rows = lines.map(line => line.split(',').map(field => field.trim()))
  const origin = Number(rows[0]?.[1])
  return {
    hashes: rows.map(row => row[5] ?? ''),
    times: rows.map(row => `${Number(row[1]) - origin} ${Number(row[2]) - origin}`),
  }
}

/** Seconds that the file says it lasts. */
export function duration(file: string): Promise<number> {
  return formatFact(file, 'duration')
}

/** Seconds on the file's clock at which it begins. */
export function startTime(file: string): Promise<number> {
  return formatFact(file, 'start_time')
}

async function formatFact(file: string, fact: 'duration' | 'start_time'): Promise<number> {
  await using ffprobe = startPeer('ffprobe', [
    ...['-v', 'error', '-show_entries', `format=${fact}`, '-of', 'csv=p=0', file],
  ])
  const { stdout } = await ffprobe.untilDone()
  return Number(stdout.toString())
}

/** Hashes of all pictures, decoded. What is missing at the end of a file that was not completed is no error. */
export async function pictures(file: string, reader: FfmpegName = 'ffmpeg'): Promise<readonly string[]> {
  await using ffmpeg = startPeer(reader, ['-v', 'quiet', '-i', file, '-map', '0:v', '-f', 'framemd5', '-'])
  const { stdout } = await ffmpeg.untilDone()
  const lines = stdout.toString().trim().split('\n')
  return lines.filter(line => !line.startsWith('#')).map(line => line.split(',').at(-1)?.trim() ?? '')
}

/** Hash of the picture at `seconds`, decoded after a seek, or after reading from the start. */
export async function pictureAt(file: string, seconds: number, how: 'seek' | 'read'): Promise<string> {
  const input = how === 'seek' ? ['-ss', `${seconds}`, '-i', file] : ['-i', file, '-ss', `${seconds}`]
  const output = ['-map', '0:v', '-frames:v', '1', '-f', 'framemd5', '-']
  await using ffmpeg = startPeer('ffmpeg', ['-v', 'warning', ...input, ...output])
  const { stdout, stderr } = await ffmpeg.untilDone()
  if (stderr !== '') throw new Error(`Cannot read the picture at ${seconds} s of ${file}: FFmpeg says ${stderr}`)
  return stdout.toString().trim().split(',').at(-1) ?? ''
}

/** Hash of the packet that FFmpeg hands out first after a seek: a key frame. */
export async function firstAfterSeek(file: string, seconds: number): Promise<string> {
  const packet = ['-map', '0:v', '-c', 'copy', '-frames', '1', '-f', 'framemd5', '-']
  await using ffmpeg = startPeer('ffmpeg', [
    '-v',
    'error',
    '-noaccurate_seek',
    '-ss',
    `${seconds}`,
    '-i',
    file,
    ...packet,
  ])
  return (await ffmpeg.untilDone()).stdout.toString().trim().split(',').at(-1) ?? ''
}
