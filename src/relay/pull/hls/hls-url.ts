import type { VariantLimits } from '../../../clients/hls/choose-renditions.ts'
import { UrlError } from '../../../core/errors.ts'
import { parseHttpTsUrl } from '../http-ts/http-ts-url.ts'

/** Where a playlist is. Holds secrets: only `shown` is for logs and people. */
export type HlsUrl = {
  readonly url: URL
  /** Without path, query and credentials. */
  readonly shown: string
  readonly limits: VariantLimits
}

/** True for what names a playlist. */
export function isHlsUrl(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && /\.m3u8?$/i.test(url.pathname)
}

/**
 * `http(s)://HOST[:PORT]/PATH.m3u8[?QUERY][#maxHeight=LINES&maxBandwidth=BITS]`: what stands behind `#` is not sent.
 *
 * @throws {UrlError} If it is none, in words that hold nothing of it.
 */
export function parseHlsUrl(text: string): HlsUrl {
  const { url, shown } = parseHttpTsUrl(text)
  const limits = parseLimits(url.hash.slice(1))
  url.hash = ''
  return { url, shown, limits }
}

function parseLimits(fragment: string): VariantLimits {
  const limits: { maxHeight?: number; maxBandwidth?: number } = {}
  for (const [name, value] of new URLSearchParams(fragment)) {
    if (name !== 'maxHeight' && name !== 'maxBandwidth') {
      throw new UrlError('Cannot use the URL: behind # there is maxHeight=LINES or maxBandwidth=BITS')
    }
    if (!/^[1-9]\d{0,9}$/.test(value)) throw new UrlError(`Cannot use the URL: ${name} is a whole number above 0`)
    limits[name] = Number(value)
  }
  return limits
}
