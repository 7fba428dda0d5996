import { byteSize } from '../../config/byte-size.ts'
import { duration } from '../../config/duration.ts'
import { integer } from '../../config/integer.ts'
import { type Decoded, defineSection } from '../../config/section.ts'
import { text } from '../../config/text.ts'

/** The `events:` section. */
export const eventsConfig = defineSection('Journal of events, from which hooks and listeners are told', {
  dir: text({
    default: 'data/events',
    description: 'Folder of the journal, of this server alone; made when there is a hook',
  }),
  maxSize: byteSize({
    default: '64MiB',
    minimum: '64KiB',
    description: 'Of the journal; when there is more, the oldest events go, also for hooks that were not told of them',
  }),
  listeners: integer({
    default: 100,
    minimum: 0,
    maximum: 100_000,
    description: 'Clients of GET /api/v1/events at a time',
  }),
  heartbeat: duration({
    default: '15s',
    minimum: '10ms',
    description:
      'Such a client is sent something at least that often, and is cut when it takes nothing for twice as long',
  }),
  maxAge: duration({
    default: '1d',
    minimum: '1s',
    description: 'How long an event is kept; a hook that could not be told of it by then is not told any more',
  }),
})

export type EventsConfig = Decoded<typeof eventsConfig>
