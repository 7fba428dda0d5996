import { byteSize } from '../config/byte-size.ts'
import { choice } from '../config/choice.ts'
import { duration } from '../config/duration.ts'
import { integer } from '../config/integer.ts'
import { type Decoded, defineSection } from '../config/section.ts'

/** The `hub:` section: what holds for every stream, whatever protocol it came by. */
export const hubConfig = defineSection('Streams and their readers', {
  onConflict: choice(['reject', 'replace'], {
    default: 'reject',
    description: 'Second publisher of a stream: refuse it, or let it take over',
  }),
  resumeTimeout: duration({
    default: '15s',
    description: 'Time that players of a stream wait for its publisher to come back',
  }),
  gop: defineSection('Group of pictures that new players start with; a larger one makes them wait for the next', {
    maxSize: byteSize({ default: '64MiB', minimum: '64KiB', description: 'Largest size' }),
    maxDuration: duration({ default: '30s', minimum: '100ms', description: 'Longest duration' }),
    maxFrames: integer({ default: 5000, minimum: 1, description: 'Most frames, audio included' }),
  }),
  lag: defineSection('How far a player may fall behind before it jumps to the newest key frame', {
    maxSize: byteSize({ default: '32MiB', minimum: '64KiB', description: 'In bytes' }),
    maxDuration: duration({ default: '10s', minimum: '100ms', description: 'In media time' }),
  }),
  mergeWindow: defineSection('Frames that are sent to players in one write', {
    shortest: duration({ default: '10ms', description: 'Window of an idle machine' }),
    longest: duration({
      default: '350ms',
      description: 'Window under load: the latency that merging may add; equal to the shortest for a fixed window',
    }),
  }),
})

export type HubConfig = Decoded<typeof hubConfig>
