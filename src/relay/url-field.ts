import { hiddenMark } from '../config/document-secrets.ts'
import { defineField, type Field, type FieldOptions, oneText, type Parsed } from '../config/field.ts'
import { UrlError } from '../core/errors.ts'
import { type FileUrl, parseFileUrl } from './pull/file/file-url.ts'
import { type InputUrl, parseInputUrl } from './pull/input-url.ts'
import { type PullUrl, parsePullUrl } from './pull/pull-url.ts'
import { type PushUrl, parsePushUrl } from './push/push-url.ts'
import { parseUrlTemplate, type UrlTemplate } from './url-template.ts'

const rtmp = 'rtmp://HOST[:PORT]/APP/KEY or rtmps://…, in which {name}, {app} and {key} stand for those of the stream'
const pulled = `${rtmp}; http://HOST[:PORT]/PATH or https://… with MPEG-TS, HLS or MP4; srt://HOST:PORT?streamid=ID; udp://[SOURCE@]ADDRESS:PORT; file:///PATH[?loop=true]; s3://BUCKET/KEY[?PARAMETERS]`
const pullSchema = { type: 'string', pattern: '^((rtmps?|https?|srt|udp|rtp|file|s3)://|\\.{0,2}/).+' }
const inputSchema = { type: 'string', pattern: '^((rtmps?|https?|srt|udp|rtp|file|s3|copy)://|publish:|\\.{0,2}/).*' }
const hiddenProblem = `A part of it is hidden (${hiddenMark}): write it out`
const pushed = `${rtmp}; srt://HOST:PORT?streamid=ID; udp://HOST:PORT or rtp://… with MPEG-TS`
const pushSchema = { type: 'string', pattern: '^(rtmps?|srt|udp|rtp)://.+' }

/** A key whose value is the URL that streams are pulled from, or `undefined` for none. Never shown: it may hold secrets. */
export function pullUrl(options: FieldOptions<string>): Field<UrlTemplate<PullUrl> | undefined> {
  return defineField(
    oneText<UrlTemplate<PullUrl> | undefined>(pulled, pullSchema, text =>
      text === '' ? { value: undefined } : orProblem(() => parseUrlTemplate(text, parsePullUrl)),
    ),
    { ...options, secret: true },
  )
}

/** A key of documents whose value is where one input of a stream comes from. */
export function inputUrl(description: string): Field<UrlTemplate<InputUrl>> {
  const form = oneText<UrlTemplate<InputUrl>>(`${pulled}; copy://STREAM; publish:`, inputSchema, text =>
    text.includes(hiddenMark) ? { problem: hiddenProblem } : orProblem(() => parseUrlTemplate(text, parseInputUrl)),
  )
  return defineField(
    { ...form, hide: text => hideUrl(text, parseInputUrl) },
    { default: '', description, secret: true, isRequired: true },
  )
}

/** A key of documents whose value is a file that is played again and again, or `undefined` for none. */
export function slateFile(description: string): Field<FileUrl | undefined> {
  const form = oneText<FileUrl | undefined>(
    'a path that begins with /, ./ or ../, or file:///PATH',
    { type: 'string' },
    text => {
      if (text === '') return { value: undefined }
      return /^(\.{0,2}\/|file:)/i.test(text) ? orProblem(() => ({ ...parseFileUrl(text), loops: true })) : undefined
    },
  )
  return defineField(form, { default: '', description })
}

/** A key whose value is a list of URLs that streams are sent on to. */
export function pushUrlList(options: FieldOptions<readonly string[]>): Field<readonly UrlTemplate<PushUrl>[]> {
  return defineField(
    {
      form: `a list of URLs, each ${pushed}`,
      schema: { type: 'array', items: pushSchema },
      takes: 'many',
      parse: written => orProblem(() => [written].flat().map(text => parseUrlTemplate(text, parsePushUrl))),
    },
    { ...options, secret: true },
  )
}

/** A key of documents whose value is one URL that a stream is sent on to. */
export function pushUrl(description: string): Field<UrlTemplate<PushUrl>> {
  const form = oneText<UrlTemplate<PushUrl>>(pushed, pushSchema, text =>
    text.includes(hiddenMark) ? { problem: hiddenProblem } : orProblem(() => parseUrlTemplate(text, parsePushUrl)),
  )
  return defineField(
    { ...form, hide: text => hideUrl(text, parsePushUrl) },
    { default: '', description, secret: true, isRequired: true },
  )
}

/** A URL without its key, query and credentials. What is hidden already stays as it is. */
function hideUrl(text: string, parse: (text: string) => { readonly shown: string }): string {
  if (text.includes(hiddenMark)) return text
  try {
    const shown = shownOf(text, parse)
    if (shown === text) return text
    return shown.includes('…') ? shown.replace('…', hiddenMark) : `${shown}?${hiddenMark}`
  } catch (error) {
    if (error instanceof UrlError) return hiddenMark
    throw error
  }
}

/** With its placeholders, where the URL can be read with them. */
function shownOf(text: string, parse: (text: string) => { readonly shown: string }): string {
  try {
    return parse(text).shown
  } catch (error) {
    if (error instanceof UrlError) return parseUrlTemplate(text, parse).shown
    throw error
  }
}

function orProblem<Value>(parse: () => Value): Parsed<Value> {
  try {
    return { value: parse() }
  } catch (error) {
    if (error instanceof UrlError) return { problem: error.message }
    throw error
  }
}
