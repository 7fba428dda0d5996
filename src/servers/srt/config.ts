import { bitRate } from '../../config/bit-rate.ts'
import { choice } from '../../config/choice.ts'
import { duration } from '../../config/duration.ts'
import { defineField, type Field, type FieldOptions, oneText } from '../../config/field.ts'
import { integer } from '../../config/integer.ts'
import { listenAddress } from '../../config/listen-address.ts'
import { type Decoded, defineSection } from '../../config/section.ts'
import { text } from '../../config/text.ts'
import { ConfigError } from '../../core/errors.ts'
import type { KeyLength } from '../../protocols/srt/key-material.ts'
import { defaultRefreshPlan, type RefreshPlan } from '../../protocols/srt/payload-keys.ts'
import { passphrase } from './passphrase-field.ts'

function keyLength(options: FieldOptions<number>): Field<KeyLength> {
  const lengths: readonly KeyLength[] = [16, 24, 32]
  const form = oneText(`one of ${lengths.join(', ')}`, { type: 'integer', enum: lengths }, written => {
    const value = lengths.find(length => String(length) === written)
    return value && { value }
  })
  return defineField(form, options)
}

/** The `srt:` section. */
export const srtConfig = defineSection('SRT server', {
  listen: listenAddress({
    effect: 'next',
    default: ':10080',
    description: 'UDP address for publishers and players; "" switches SRT off',
  }),
  latency: duration({
    effect: 'next',
    default: '120ms',
    maximum: '60s',
    description: 'Time that packets are held back so that lost ones can come again; a peer may ask for more',
  }),
  passphrase: passphrase({
    effect: 'next',
    default: '',
    description: 'Encrypts every connection; a peer without a passphrase, or with another, is refused',
  }),
  passphraseFile: text({
    effect: 'next',
    default: '',
    description:
      'File, JSON or YAML, with the passphrases of streams, which come before srt.passphrase; read again when it changes',
  }),
  encryption: choice(['required', 'optional'], {
    effect: 'next',
    default: 'required',
    description: 'Whether peers without a passphrase are refused where there is one, or let in beside the others',
  }),
  keyLength: keyLength({
    effect: 'next',
    default: 16,
    description: 'Length of the key in bytes that callers are asked to choose: AES-128, AES-192 or AES-256',
  }),
  keyRefresh: defineSection('When the key of what is sent is replaced by the next', {
    period: integer({
      effect: 'next',
      default: defaultRefreshPlan.period,
      minimum: 3,
      maximum: 2 ** 31,
      description: 'Packets that are encrypted with one key; kmrefreshrate of libsrt',
    }),
    preAnnouncement: integer({
      effect: 'next',
      default: defaultRefreshPlan.preAnnouncement,
      minimum: 1,
      description:
        'Packets before its use at which the next key is told to the peer, less than half of the period; kmpreannounce of libsrt',
    }),
  }),
  maxBandwidth: bitRate({
    effect: 'next',
    default: '0',
    description:
      'Bits per second that are sent to one peer at most, packets that are sent again included; 0 = a quarter more than the stream needs, and never less than 64M',
  }),
  reorderTolerance: integer({
    effect: 'next',
    default: 0,
    minimum: 0,
    maximum: 1000,
    description:
      'Packets that may overtake a missing one, at most, before it is asked for; how many follows what is seen; lossmaxttl of libsrt',
  }),
  plainStreamId: choice(['auto', 'publish', 'read'], {
    effect: 'next',
    default: 'auto',
    description:
      'What a stream id that is only a name means; auto = publish if nobody publishes the stream yet, else read',
  }),
})

export type SrtConfig = Decoded<typeof srtConfig>

/**
 * The key before must not be overwritten at the peer while packets with it are still on their way.
 *
 * @throws {ConfigError} If the next one is announced too early for that.
 */
export function checkKeyRefresh({ period, preAnnouncement }: RefreshPlan): void {
  if (preAnnouncement < period / 2) return
  const rule = `it must be less than half of srt.keyRefresh.period, is ${preAnnouncement} of ${period}`
  throw new ConfigError('srt.keyRefresh.preAnnouncement', `Cannot use srt.keyRefresh.preAnnouncement: ${rule}`)
}
