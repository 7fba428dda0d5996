import { boolean } from '../../config/boolean.ts'
import { choice } from '../../config/choice.ts'
import { type Decoded, defineSection } from '../../config/section.ts'

/** The `hls:` section. */
export const hlsConfig = defineSection('HLS', {
  lowLatency: boolean({
    default: true,
    description: 'Low-Latency HLS: list parts, and answer when they are there. Needs packager.partDuration',
    effect: 'now',
  }),
  container: choice(['fmp4', 'ts'], {
    default: 'fmp4',
    description: 'What index.m3u8 offers: each track in fragmented MP4, or all in one transport stream, without parts',
    effect: 'now',
  }),
})

export type HlsConfig = Decoded<typeof hlsConfig>
