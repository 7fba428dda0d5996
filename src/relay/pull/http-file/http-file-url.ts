import { UrlError } from '../../../core/errors.ts'
import { parseHttpTsUrl } from '../http-ts/http-ts-url.ts'

/** A file on a web server. Holds secrets: only `shown` is for logs and people. */
export type HttpFileUrl = {
  readonly url: URL
  /** True if it begins again at its end. */
  readonly loops: boolean
  /** Without path, query and credentials. */
  readonly shown: string
}

/** True for what names an MP4 file, which is no stream. */
export function isHttpFileUrl(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && /\.(mp4|m4v|mov)$/i.test(url.pathname)
}

/**
 * `http(s)://HOST[:PORT]/PATH.mp4[?QUERY][#loop=true]`: what stands behind `#` is not sent.
 *
 * @throws {UrlError} If it is none, in words that hold nothing of it.
 */
export function parseHttpFileUrl(text: string): HttpFileUrl {
  const { url, shown } = parseHttpTsUrl(text)
  const [, loop] = /^(?:#loop=(true|false))?$/.exec(url.hash) ?? []
  if (url.hash !== '' && loop === undefined) {
    throw new UrlError('Cannot use the URL: behind # there is loop=true or loop=false')
  }
  url.hash = ''
  return { url, loops: loop === 'true', shown }
}
