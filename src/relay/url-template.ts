import { UrlError } from '../core/errors.ts'

/** A URL in which `{name}`, `{app}` and `{key}` stand for the stream's name, all of it but its last segment, and that. */
export type UrlTemplate<Url> = {
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
 * Take a URL apart into which streams' names are put.
 *
 * @param parse Throws UrlError.
 * @throws {UrlError} If it is no such URL, whatever stream is put into it.
 */
export function parseUrlTemplate<Url extends { readonly shown: string }>(
  text: string,
  parse: (text: string) => Url,
): UrlTemplate<Url> {
  if (placeholderInHost.test(text)) {
    throw new UrlError('Cannot use the URL: {name}, {app} and {key} must stand behind the host')
  }
  const { shown } = parse(expand(text, 'app/key'))
  const servesAll = expand(text, 'a/b') !== expand(text, 'c/d')
  return { text, servesAll, shown, urlFor: name => parse(expand(text, name)) }
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
