import { UrlError } from '../../core/errors.ts'
import { parseRtmpUrl, type RtmpUrl } from '../../protocols/rtmp/rtmp-url.ts'
import { parseSrtUrl, type SrtUrl } from '../../protocols/srt/srt-url.ts'
import { parseUdpTarget, type UdpTarget } from './udp-ts/udp-target.ts'

/** Where a stream can be sent on to. Holds secrets: only `shown` is for logs and people. */
export type PushUrl =
  | (RtmpUrl & { readonly protocol: 'rtmp' })
  | (SrtUrl & { readonly protocol: 'srt' })
  | (UdpTarget & { readonly protocol: 'udp-ts' })

/** @throws {UrlError} */
export function parsePushUrl(text: string): PushUrl {
  switch (/^[a-z]+/i.exec(text)?.[0].toLowerCase()) {
    case 'rtmp':
    case 'rtmps':
      return { ...parseRtmpUrl(text), protocol: 'rtmp' }
    case 'srt':
      return { ...parseSrtUrl(text), protocol: 'srt' }
    case 'udp':
    case 'rtp':
      return { ...parseUdpTarget(text), protocol: 'udp-ts' }
    default:
      throw new UrlError('Cannot send to this URL: it must begin with rtmp, rtmps, srt, udp or rtp')
  }
}
