import { boolean } from '../config/boolean.ts'
import { type Decoded, defineSection } from '../config/section.ts'
import { text } from '../config/text.ts'

/** The `record:` section. */
export const recordConfig = defineSection('Recording', {
  all: boolean({ default: false, description: 'Write one FLV file for every publication of every stream' }),
  dir: text({ default: 'recordings', description: 'Folder for the files; made when it is missing' }),
})

export type RecordConfig = Decoded<typeof recordConfig>
