import { choice } from '../../config/choice.ts'
import { duration } from '../../config/duration.ts'
import { defineField, type Field, type FieldOptions, oneText } from '../../config/field.ts'
import { listenAddress } from '../../config/listen-address.ts'
import { type Decoded, defineSection } from '../../config/section.ts'
import type { KeyLength } from '../../protocols/srt/key-material.ts'

/** Source: libsrt docs/API/API-socket-options.md, SRTO_PASSPHRASE. */
const passphraseBytes = { shortest: 10, longest: 79 } as const

/** A key whose value encrypts; "" for no encryption. */
function passphrase(options: Omit<FieldOptions<string>, 'secret'>): Field<string> {
  const { shortest, longest } = passphraseBytes
  const form = oneText(`${shortest} to ${longest} bytes, or ""`, { type: 'string' }, value => {
    const size = Buffer.byteLength(value)
    return size === 0 || (size >= shortest && size <= longest) ? { value } : undefined
  })
  return defineField(form, { ...options, secret: true })
}

function keyLength(options: FieldOptions<number>): Field<KeyLength> {
  const lengths: readonly KeyLength[] = [16, 24, 32]
  const form = oneText(`one of ${lengths.join(', ')}`, { type: 'integer', enum: lengths }, text => {
    const value = lengths.find(length => String(length) === text)
    return value && { value }
  })
  return defineField(form, options)
}

/** The `srt:` section. */
export const srtConfig = defineSection('SRT server', {
  listen: listenAddress({
    default: ':10080',
    description: 'UDP address for publishers and players; "" switches SRT off',
  }),
  latency: duration({
    default: '120ms',
    maximum: '60s',
    description: 'Time that packets are held back so that lost ones can come again; a peer may ask for more',
  }),
  passphrase: passphrase({
    default: '',
    description: 'Encrypts every connection; a peer without a passphrase, or with another, is refused',
  }),
  keyLength: keyLength({
    default: 16,
    description: 'Length of the key in bytes that callers are asked to choose: AES-128, AES-192 or AES-256',
  }),
  plainStreamId: choice(['auto', 'publish', 'read'], {
    default: 'auto',
    description:
      'What a stream id that is only a name means; auto = publish if nobody publishes the stream yet, else read',
  }),
})

export type SrtConfig = Decoded<typeof srtConfig>
