import { defineField, type Field, type FieldOptions, oneText } from '../config/field.ts'
import { type PullUrl, parsePullUrl } from './pull/pull-url.ts'
import { parseRtmpTemplate, parseUrlTemplate, type UrlTemplate } from './url-template.ts'

const one = 'rtmp://HOST[:PORT]/APP/KEY or rtmps://…, in which {name}, {app} and {key} stand for those of the stream'
const pulled = `${one}; http://HOST[:PORT]/PATH or https://… with MPEG-TS; udp://[SOURCE@]ADDRESS:PORT`
const pullSchema = { type: 'string', pattern: '^(rtmps?|https?|udp|rtp)://.+' }
const schema = { type: 'string', pattern: '^rtmps?://.+' }

/** A key whose value is the URL that streams are pulled from, or `undefined` for none. Never shown: it may hold secrets. */
export function pullUrl(options: FieldOptions<string>): Field<UrlTemplate<PullUrl> | undefined> {
  return defineField(
    oneText(pulled, pullSchema, text => {
      if (text === '') return { value: undefined }
      const value = parseUrlTemplate(text, parsePullUrl)
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
        const values = [written].flat().map(text => parseRtmpTemplate(text))
        return values.includes(undefined) ? undefined : { value: values.filter(value => value !== undefined) }
      },
    },
    { ...options, secret: true },
  )
}
