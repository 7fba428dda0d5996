import { boolean } from '../config/boolean.ts'
import { byteSize } from '../config/byte-size.ts'
import { choice } from '../config/choice.ts'
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
  mergedReads: choice(['auto', 'on', 'off'], {
    default: 'auto',
    description:
      'RTMP without TLS: rest between reads from a publisher, so that each brings more: never, always, or as the load asks',
    effect: 'now',
  }),
  mergedReadWindow: duration({
    default: '350ms',
    maximum: '10s',
    description: 'The rest between two reads: its longest with auto, always with on; latency that merging may add',
    effect: 'now',
  }),
  inAckSize: byteSize({
    default: '2500000',
    description:
      'RTMP: acknowledgement window of publishers that announce none; each half is acknowledged; 0 acknowledges nothing to them',
    effect: 'next',
  }),
  timestamps: choice(['repair', 'keep', 'auto'], {
    default: 'repair',
    description:
      "Close up jumps of the publisher's clock by more than 10 s ahead or 1 s back, or keep its times, where only steps back are closed up; auto keeps them for publishers whose metadata says bravo_atc",
    effect: 'next',
  }),
  interleaveWindow: duration({
    default: '0s',
    maximum: '10s',
    description:
      'Longest time that frames are held back to hand sound and picture on in the order of their times; 0 hands them on as they come',
    effect: 'next',
  }),
  parseSps: boolean({
    default: true,
    description: 'Read size, profile and frame rate of the picture; what cannot be read never ends a publisher',
    effect: 'next',
  }),
  reduceSequenceHeaders: boolean({
    default: true,
    description: 'Keep sequence headers that repeat the one before from players and recordings',
    effect: 'next',
  }),
  noViewersTimeout: duration({
    default: '0s',
    description:
      'Time that a publisher may go on while nobody watches; recorders and other parts of this server do not count; 0 for ever',
    effect: 'now',
  }),
})

export type PublishConfig = Decoded<typeof publishConfig>
