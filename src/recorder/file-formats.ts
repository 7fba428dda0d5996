import type { FileFormat } from './file-format.ts'
import { flvFormat } from './flv-recording.ts'
import { mkvFormat } from './mkv-recording.ts'
import { tsFormat } from './ts-recording.ts'

/** The containers by the words of `record.format`. */
const fileFormats = { flv: flvFormat, mkv: mkvFormat, ts: tsFormat } as const satisfies Readonly<
  Record<string, FileFormat>
>

export const formatChoices = ['auto', 'flv', 'mkv', 'ts'] as const

export type FormatChoice = (typeof formatChoices)[number]

/** The container for a new file. */
export function chooseFormat(choice: FormatChoice): FileFormat {
  return choice === 'auto' ? flvFormat : fileFormats[choice]
}
