import { choice } from '../config/choice.ts'
import { duration } from '../config/duration.ts'
import { defineSection } from '../config/section.ts'

/** The `hub:` section: what holds for every stream, whatever protocol it came by. */
export const hubConfig = defineSection('Streams and their readers', {
  onConflict: choice(['reject', 'replace'], {
    effect: 'next',
    default: 'reject',
    description: 'Second publisher of a stream: refuse it, or let it take over',
  }),
  resumeTimeout: duration({
    effect: 'next',
    default: '15s',
    description: 'Time that players of a stream wait for its publisher to come back',
  }),
})
