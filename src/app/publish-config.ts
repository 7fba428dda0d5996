import { duration } from '../config/duration.ts'
import { type Decoded, defineSection } from '../config/section.ts'

/** The `publish:` section: how publishers are treated, whatever their protocol. */
export const publishConfig = defineSection('Publishers', {
  firstMediaTimeout: duration({
    default: '20s',
    description: 'Time from publish to the first audio or video',
    effect: 'now',
  }),
  silenceTimeout: duration({
    default: '10s',
    description: 'Time that a publisher may send neither audio nor video',
    effect: 'now',
  }),
  noViewersTimeout: duration({
    default: '0s',
    description:
      'Time that a publisher may go on while nobody watches; recorders and other parts of this server do not count; 0 for ever',
    effect: 'now',
  }),
})

export type PublishConfig = Decoded<typeof publishConfig>
