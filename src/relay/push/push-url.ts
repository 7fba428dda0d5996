import { UrlError } from '../../core/errors.ts'
import { parseRtmpUrl, type RtmpUrl } from '../../protocols/rtmp/rtmp-url.ts'

/** Where a stream can be sent on to. Holds secrets: only `shown` is for logs and people. */
export type PushUrl = RtmpUrl & { readonly protocol: 'rtmp' }

/** @throws {UrlError} */
export function parsePushUrl(text: string): PushUrl {
  switch (/^[a-z]+/i.exec(text)?.[0].toLowerCase()) {
    case 'rtmp':
    case 'rtmps':
      return { ...parseRtmpUrl(text), protocol: 'rtmp' }
    default:
      throw new UrlError('Cannot send to this URL: it must begin with rtmp or rtmps')
  }
}
