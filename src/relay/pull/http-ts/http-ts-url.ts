import { UrlError } from '../../../core/errors.ts'

/** Where a transport stream is on a web server. Holds secrets: only `shown` is for logs and people. */
export type HttpTsUrl = {
  readonly url: URL
  /** Without path, query and credentials. */
  readonly shown: string
}

/** @throws {UrlError} If it is none, in words that hold nothing of it. */
export function parseHttpTsUrl(text: string): HttpTsUrl {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') {
    throw new UrlError('Cannot use the URL: it must have the form http://HOST[:PORT]/PATH or https://…')
  }
  return { url, shown: showHttpUrl(url) }
}

export function showHttpUrl({ protocol, host }: URL): string {
  return `${protocol}//${host}/…`
}
