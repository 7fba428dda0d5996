import { defineField, type Field, type FieldOptions, oneText } from '../config/field.ts'
import { parseUrlTemplate, type UrlTemplate } from './url-template.ts'

const one = 'rtmp://HOST[:PORT]/APP/KEY or rtmps://…, in which {name}, {app} and {key} stand for those of the stream'
const schema = { type: 'string', pattern: '^rtmps?://.+' }

/** A key whose value is the URL of an RTMP server, or `undefined` for none. Never shown: it may hold a stream key. */
export function rtmpUrl(options: FieldOptions<string>): Field<UrlTemplate | undefined> {
  return defineField(
    oneText(one, schema, text => {
      if (text === '') return { value: undefined }
      const value = parseUrlTemplate(text)
      return value && { value }
    }),
    { ...options, secret: true },
  )
}

/** A key whose value is a list of such URLs. */
export function rtmpUrlList(options: FieldOptions<readonly string[]>): Field<readonly UrlTemplate[]> {
  return defineField(
    {
      form: `a list of URLs, each ${one}`,
      schema: { type: 'array', items: schema },
      takes: 'many',
      parse: written => {
        const values = [written].flat().map(text => parseUrlTemplate(text))
        return values.includes(undefined) ? undefined : { value: values.filter(value => value !== undefined) }
      },
    },
    { ...options, secret: true },
  )
}
