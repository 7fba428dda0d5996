import { boolean } from '../config/boolean.ts'
import { byteSize } from '../config/byte-size.ts'
import { duration } from '../config/duration.ts'
import { type Decoded, defineSection } from '../config/section.ts'

/** The `packager:` section: how streams are cut for HLS and DASH. */
export const packagerConfig = defineSection('Segments for HLS and DASH', {
  segmentDuration: duration({
    default: '2s',
    minimum: '1s',
    maximum: '60s',
    description: 'A segment ends at the first key frame that is this far behind its beginning',
    effect: 'next',
  }),
  partDuration: duration({
    default: '200ms',
    maximum: '5s',
    description: 'Longest part of a segment, for Low-Latency HLS and DASH; 0 for segments in one piece',
    effect: 'next',
  }),
  segmentWindow: duration({
    default: '20s',
    minimum: '3s',
    maximum: '1h',
    description: 'Time that playlists list; kept in memory for twice as long',
    effect: 'next',
  }),
  segmentMemory: byteSize({
    default: '256MiB',
    minimum: '1MiB',
    description: 'Most bytes of one track that are kept: a window that has more is shorter, but for the last segment',
    effect: 'next',
  }),
  packageAlways: boolean({
    default: false,
    description:
      'Cut a stream whether somebody asks for it or not, so that the first viewer need not wait for a segment',
    effect: 'next',
  }),
  packagerIdleTimeout: duration({
    default: '60s',
    minimum: '1s',
    description: 'A stream is cut no longer when nobody has asked for it for so long',
    effect: 'now',
  }),
  startGrace: duration({
    default: '30s',
    maximum: '10m',
    description:
      'For so long after the server has started, requests for a stream that nobody publishes wait for its publisher, so that players outlive a restart',
    effect: 'now',
  }),
  accessCheckInterval: duration({
    default: '60s',
    minimum: '1s',
    description: 'A viewer is asked again for what lets them in when so much time has gone by',
    effect: 'now',
  }),
})

export type PackagerConfig = Decoded<typeof packagerConfig>

/** What holds for one stream. */
export type PackagerSettings = PackagerConfig
