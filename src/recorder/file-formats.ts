import type { Codec, Track } from '../media/track.ts'
import type { FileFormat } from './file-format.ts'
import { flvFormat } from './flv-recording.ts'
import { mkvFormat } from './mkv-recording.ts'
import { mp4Format } from './mp4-recording.ts'
import { tsFormat } from './ts-recording.ts'

/** The containers by the words of `record.format`. */
const fileFormats = { flv: flvFormat, mp4: mp4Format, ts: tsFormat, mkv: mkvFormat } as const satisfies Readonly<
  Record<string, FileFormat>
>

export const formatChoices = ['auto', 'flv', 'mp4', 'ts', 'mkv'] as const

export type FormatChoice = (typeof formatChoices)[number]

/** What every reader of FLV knows, and what nothing else can carry. */
const flvCodecs: ReadonlySet<Codec> = new Set(['h264', 'aac', 'mp3', 'flv-video', 'flv-audio'])

/** The container for a new file that begins with `tracks`. */
export function chooseFormat(choice: FormatChoice, tracks: readonly Track[]): FileFormat {
  return choice === 'auto' ? formatFor(tracks.filter(track => track.kind !== 'data')) : fileFormats[choice]
}

function formatFor(tracks: readonly Track[]): FileFormat {
  const areOfFlv = tracks.every(({ codec, index }) => index === 0 && flvCodecs.has(codec))
  return !areOfFlv && tracks.every(mp4Format.carries) ? mp4Format : flvFormat
}
