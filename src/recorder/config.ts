import { boolean } from '../config/boolean.ts'
import { choice } from '../config/choice.ts'
import { type Decoded, defineSection } from '../config/section.ts'
import { text } from '../config/text.ts'
import { formatChoices } from './file-formats.ts'

/** The `record:` section. */
export const recordConfig = defineSection('Recording', {
  all: boolean({ default: false, description: 'Record every publication of every stream' }),
  dir: text({ default: 'recordings', description: 'Folder for the files; made when it is missing' }),
  format: choice(formatChoices, {
    default: 'auto',
    description: 'Container of the files; auto takes one that suits the codecs of the stream',
  }),
})

export type RecordConfig = Decoded<typeof recordConfig>
