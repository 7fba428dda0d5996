import { boolean } from '../../config/boolean.ts'
import { choice } from '../../config/choice.ts'
import { defineField, type Field, type FieldOptions, oneText } from '../../config/field.ts'
import { integer } from '../../config/integer.ts'
import { type Decoded, defineSection } from '../../config/section.ts'
import { type EncryptionSettings, mostSegmentsPerKey } from '../segment-encryption.ts'
import { cmafForm, muxedForm, type StreamForm, tsForm } from '../stream-form.ts'

/** Shorter ones can be guessed. */
const shortestSecret = 16

function keySecret(options: Omit<FieldOptions<string>, 'secret'>): Field<string> {
  const form = oneText(`a text of ${shortestSecret} characters or more, or ""`, { type: 'string' }, value =>
    value === '' || value.length >= shortestSecret ? { value } : undefined,
  )
  return defineField(form, { ...options, secret: true })
}

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
  encryption: choice(['none', 'aes-128'], {
    default: 'none',
    description:
      'How segments are encrypted. An encrypted stream has no parts (hls.lowLatency), and is not sent over DASH',
    effect: 'now',
  }),
  keyRotation: integer({
    default: 30,
    minimum: 1,
    maximum: mostSegmentsPerKey,
    description: 'So many segments are encrypted with one key, then comes the next',
    effect: 'now',
  }),
  keySecret: keySecret({
    default: '',
    description: 'What the keys are derived from; "" for one that is new with each start of the server',
  }),
})

/** The keys of a path. */
export const hlsPathKeys = {
  hlsLowLatency: hlsConfig.properties.lowLatency,
  hlsEncryption: hlsConfig.properties.encryption,
  hlsKeyRotation: hlsConfig.properties.keyRotation,
} as const

export type HlsConfig = Decoded<typeof hlsConfig>

/** How a stream is packaged for each container. */
export const containerForms: Readonly<Record<HlsConfig['container'], StreamForm>> = {
  fmp4: cmafForm,
  'fmp4-muxed': muxedForm,
  ts: tsForm,
}

/** What holds for one stream. */
export type HlsSettings = Pick<HlsConfig, 'container'> & EncryptionSettings & { readonly hlsLowLatency: boolean }

/** What holds where no path says otherwise. */
export function hlsSettings({ lowLatency, container, encryption, keyRotation }: HlsConfig): HlsSettings {
  return { hlsLowLatency: lowLatency, container, hlsEncryption: encryption, hlsKeyRotation: keyRotation }
}
