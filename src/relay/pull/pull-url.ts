import { UrlError } from '../../core/errors.ts'
import { parseRtmpUrl, type RtmpUrl } from '../../protocols/rtmp/rtmp-url.ts'
import { parseSrtUrl, type SrtUrl } from '../../protocols/srt/srt-url.ts'
import { type FileUrl, parseFileUrl } from './file/file-url.ts'
import { type HlsUrl, isHlsUrl, parseHlsUrl } from './hls/hls-url.ts'
import { type HttpFileUrl, isHttpFileUrl, parseHttpFileUrl } from './http-file/http-file-url.ts'
import { type HttpTsUrl, parseHttpTsUrl } from './http-ts/http-ts-url.ts'
import { parseS3Url, type S3Url } from './s3/s3-url.ts'
import { parseUdpUrl, type UdpUrl } from './udp-ts/udp-url.ts'

/** Where a stream can be pulled from. Holds secrets: only `shown` is for logs and people. */
export type PullUrl =
  | (RtmpUrl & { readonly protocol: 'rtmp' })
  | (HttpTsUrl & { readonly protocol: 'http-ts' })
  | (HlsUrl & { readonly protocol: 'hls' })
  | (HttpFileUrl & { readonly protocol: 'http-file' })
  | (UdpUrl & { readonly protocol: 'udp-ts' })
  | (SrtUrl & { readonly protocol: 'srt' })
  | (FileUrl & { readonly protocol: 'file' })
  | (S3Url & { readonly protocol: 's3' })

/** Plain paths. */
const pathStart = /^\.{0,2}\//

/** Known by the ends of paths, and not pulled by this version. */
const notSupportedYet: Readonly<Record<string, string>> = { mpd: 'DASH', flv: 'HTTP-FLV' }

/** @throws {UrlError} */
export function parsePullUrl(text: string): PullUrl {
  if (pathStart.test(text)) return { ...parseFileUrl(text), protocol: 'file' }
  switch (/^[a-z0-9]+/i.exec(text)?.[0].toLowerCase()) {
    case 'rtmp':
    case 'rtmps':
      return { ...parseRtmpUrl(text), protocol: 'rtmp' }
    case 'http':
    case 'https':
      return parseOverHttp(text)
    case 'udp':
    case 'rtp':
      return { ...parseUdpUrl(text), protocol: 'udp-ts' }
    case 'srt':
      return { ...parseSrtUrl(text), protocol: 'srt' }
    case 's3':
      return { ...parseS3Url(text), protocol: 's3' }
    case 'file':
      return { ...parseFileUrl(text), protocol: 'file' }
    default:
      throw new UrlError(
        'Cannot pull from this URL: it begins with rtmp, rtmps, http, https, srt, udp, rtp, s3, file, / or ./',
      )
  }
}

function parseOverHttp(text: string): PullUrl {
  if (isHlsUrl(text)) return { ...parseHlsUrl(text), protocol: 'hls' }
  if (isHttpFileUrl(text)) return { ...parseHttpFileUrl(text), protocol: 'http-file' }
  const parsed = parseHttpTsUrl(text)
  const [, ending = ''] = /\.(\w+)$/.exec(parsed.url.pathname.toLowerCase()) ?? []
  const format = Object.hasOwn(notSupportedYet, ending) ? notSupportedYet[ending] : undefined
  if (format !== undefined) throw new UrlError(`Cannot use the URL: ${format} is not supported yet`)
  return { ...parsed, protocol: 'http-ts' }
}
