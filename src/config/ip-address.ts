import { parseIpAddress } from '../core/ip-address.ts'
import { defineField, type Field, type FieldOptions, oneText } from './field.ts'

/** A key whose value is an IP address, or `undefined` for none. */
export function ipAddress(options: FieldOptions<string>): Field<string | undefined> {
  const form = oneText<string | undefined>('an IP address such as 10.0.0.2 or fd00::2', { type: 'string' }, text => {
    if (text === '') return { value: undefined }
    return parseIpAddress(text) === undefined ? undefined : { value: text }
  })
  return defineField(form, options)
}
