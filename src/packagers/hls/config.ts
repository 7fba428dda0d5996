import { boolean } from '../../config/boolean.ts'
import { choice } from '../../config/choice.ts'
import { type Decoded, defineSection } from '../../config/section.ts'
import { cmafForm, muxedForm, type StreamForm, tsForm } from '../stream-form.ts'

/** The `hls:` section. */
export const hlsConfig = defineSection('HLS', {
  lowLatency: boolean({
    default: true,
    description: 'Low-Latency HLS: list parts, and answer when they are there. Needs packager.partDuration',
    effect: 'now',
  }),
  container: choice(['fmp4', 'fmp4-muxed', 'ts'], {
    default: 'fmp4',
    description:
      'What index.m3u8 offers: each track in fragmented MP4, picture and sound in one, or all in one transport stream, without parts',
    effect: 'now',
  }),
})

export type HlsConfig = Decoded<typeof hlsConfig>

/** How a stream is packaged for each container. */
export const containerForms: Readonly<Record<HlsConfig['container'], StreamForm>> = {
  fmp4: cmafForm,
  'fmp4-muxed': muxedForm,
  ts: tsForm,
}
