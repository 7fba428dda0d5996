import { UrlError } from '../core/errors.ts'
import { parseRtmpUrl, type RtmpUrl } from '../protocols/rtmp/rtmp-url.ts'

/** A URL in which `{name}`, `{app}` and `{key}` stand for the stream's name, all of it but its last segment, and that. */
export type UrlTemplate<Url = RtmpUrl> = {
  /** As it was written; holds secrets. Two templates of one text are one place. */
  readonly text: string
  /** True if each stream has a URL of its own. */
  readonly servesAll: boolean
  /** For people, when no stream is meant. */
  readonly shown: string
  /** The URL for a stream whose name is valid. */
  urlFor(streamName: string): Url
}

/** A stream's name says where on a server, not which server. */
const placeholderInHost = /^[^/]*\/\/[^/]*\{/

/**
 * Returns `undefined` if `text` is no such URL, whatever stream is put into it.
 *
 * @param parse Throws UrlError.
 */
export function parseUrlTemplate<Url extends { readonly shown: string }>(
  text: string,
  parse: (text: string) => Url,
): UrlTemplate<Url> | undefined {
  if (placeholderInHost.test(text)) return undefined
  try {
    const { shown } = parse(expand(text, 'app/key'))
    const servesAll = expand(text, 'a/b') !== expand(text, 'c/d')
    return { text, servesAll, shown, urlFor: name => parse(expand(text, name)) }
  } catch (error) {
    if (error instanceof UrlError) return undefined
    throw error
  }
}

/** Returns `undefined` if `text` is no RTMP URL, whatever stream is put into it. */
export function parseRtmpTemplate(text: string): UrlTemplate | undefined {
  return parseUrlTemplate(text, parseRtmpUrl)
}

/** A name of one segment is a key without an application. */
function expand(text: string, name: string): string {
  const cut = name.lastIndexOf('/')
  const [app, key] = [name.slice(0, Math.max(cut, 0)), name.slice(cut + 1)]
  return text
    .replaceAll('{name}', name)
    .replaceAll('{app}/', app === '' ? '' : `${app}/`)
    .replaceAll('{app}', app)
    .replaceAll('{key}', key)
}
