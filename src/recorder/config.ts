import { boolean } from '../config/boolean.ts'
import { byteSize } from '../config/byte-size.ts'
import { choice } from '../config/choice.ts'
import { duration } from '../config/duration.ts'
import { defineField, type Field, type FieldOptions, oneText } from '../config/field.ts'
import { type Decoded, defineSection } from '../config/section.ts'
import { text } from '../config/text.ts'
import { formatChoices } from './file-formats.ts'
import { type FilePattern, parseFilePattern } from './file-pattern.ts'

const patternForm =
  'a file name such as %s/%Y-%m-%D/%T_%03d, made of text, %s %T %Y %m %D %H %M %S %d %03d %%, and / for folders'

/** How files are named; `undefined` for an empty text. */
function filePattern(options: FieldOptions<string>): Field<FilePattern | undefined> {
  const form = oneText<FilePattern | undefined>(patternForm, { type: 'string' }, written => {
    if (written === '') return { value: undefined }
    const value = parseFilePattern(written)
    return value && { value }
  })
  return defineField(form, options)
}

/** The `record:` section. */
export const recordConfig = defineSection('Recording', {
  all: boolean({ default: false, description: 'Record every publication of every stream', effect: 'now' }),
  dir: text({ default: 'recordings', description: 'Folder for the files; made when it is missing' }),
  format: choice(formatChoices, {
    default: 'auto',
    description: 'Container of the files; auto takes flv, and mp4 for streams with codecs newer than FLV',
    effect: 'next',
  }),
  segment: defineSection('Files of one recording, each of which plays by itself', {
    duration: duration({
      default: '0',
      description: 'Go on in another file at the first key frame behind so much media; 0 for one file per publication',
      effect: 'next',
    }),
    maxSize: byteSize({
      default: '0',
      description:
        'Go on in another file before the key frame behind which this one would become larger; 0 for no limit',
      effect: 'next',
    }),
    pattern: filePattern({
      default: '',
      description:
        'File names without extension; empty for %s_%T, or %s_%T_seg%03d where a recording has several files',
      effect: 'next',
    }),
  }),
})

export type RecordConfig = Decoded<typeof recordConfig>

/** The key of a path: `record.all` for its streams. */
export const recordPathKeys = { record: recordConfig.properties.all } as const

/** What holds for the recordings of one stream. */
export type RecordSettings = Pick<RecordConfig, 'format' | 'segment'> & {
  /** Record without being asked for. */
  readonly record: boolean
}

/** What holds where no path says otherwise. */
export function recordSettings({ all, format, segment }: RecordConfig): RecordSettings {
  return { record: all, format, segment }
}
