import { choice } from '../config/choice.ts'
import { type Decoded, defineSection } from '../config/section.ts'

/** The `log:` section. */
export const logConfig = defineSection('Log', {
  level: choice(['debug', 'info', 'warn', 'error'], {
    effect: 'now',
    default: 'info',
    description: 'Write lines of this level and above',
  }),
  format: choice(['auto', 'json', 'pretty'], {
    effect: 'now',
    default: 'auto',
    description: 'How a line looks; auto is pretty on a terminal and JSON otherwise',
  }),
})

export type LogConfig = Decoded<typeof logConfig>
