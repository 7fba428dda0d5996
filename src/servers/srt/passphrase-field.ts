import { defineField, type Field, type FieldOptions, oneText } from '../../config/field.ts'
import { isPassphrase, passphraseForm } from '../../protocols/srt/passphrase.ts'

/** A key whose value encrypts; "" for no encryption. */
export function passphrase(options: Omit<FieldOptions<string>, 'secret'>): Field<string> {
  const form = oneText(passphraseForm, { type: 'string' }, value => (isPassphrase(value) ? { value } : undefined))
  return defineField(form, { ...options, secret: true })
}
