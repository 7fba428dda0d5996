import { encodePath, type ServerInfo } from '../api/sluice-api.ts'

/** Where the page came from, which is where the server is. `location` fits. */
export type PageOrigin = { readonly protocol: string; readonly host: string; readonly hostname: string }

/** Of listeners that are not HTTP; undefined while they are not known. */
export type ListenerPorts = (RtmpPorts & Pick<ServerInfo['ports'], 'srt'>) | undefined

type RtmpPorts = Pick<ServerInfo['ports'], 'rtmp' | 'rtmps'>

export type StreamUrls = {
  /** The page of the stream in this console. */
  readonly watch: string
  /** Undefined while the port is not known, or when the server has no such listener. */
  readonly rtmp: string | undefined
  readonly srt: string | undefined
  readonly httpFlv: string
  readonly webSocketFlv: string
  readonly httpTs: string
  readonly httpMp4: string
  readonly hls: string
  /** HLS of what is kept, if anything is. */
  readonly dvr: string
  /** A file of a part of what is kept; it needs to be told which. */
  readonly clip: string
  readonly dash: string
}

/** Every address of one stream that players open. */
export function streamUrls(page: PageOrigin, ports: ListenerPorts, name: string): StreamUrls {
  const rtmp = rtmpOrigin(page, ports)
  const path = encodePath(name)
  return {
    watch: `${page.protocol}//${page.host}${watchPath(name)}`,
    rtmp: rtmp === undefined ? undefined : `${rtmp}/${path}`,
    srt: ports?.srt ? `srt://${page.hostname}:${ports.srt}?streamid=read:${name}` : undefined,
    httpFlv: `${page.protocol}//${page.host}/${path}.flv`,
    webSocketFlv: `${page.protocol === 'https:' ? 'wss:' : 'ws:'}//${page.host}/${path}.flv`,
    httpTs: `${page.protocol}//${page.host}/${path}.ts`,
    httpMp4: `${page.protocol}//${page.host}/${path}.mp4`,
    hls: `${page.protocol}//${page.host}/${path}/index.m3u8`,
    dvr: `${page.protocol}//${page.host}/${path}/dvr.m3u8`,
    clip: `${page.protocol}//${page.host}/${path}/clip.mp4`,
    dash: `${page.protocol}//${page.host}/${path}/index.mpd`,
  }
}

/** Seconds of one list of what is kept: it is loaded again and again, so it should not be long. */
const listedSeconds = 3 * 3600

/** HLS from a time on, and then on to live. @param from Milliseconds since 1970. */
export function rewindUrl({ dvr }: StreamUrls, from: number): string {
  return `${dvr}?from=${new Date(from).toISOString()}&duration=${listedSeconds}`
}

/** The page of the stream that plays from a time on. @param from Milliseconds since 1970. */
export function momentUrl({ watch }: StreamUrls, from: number): string {
  return `${watch}?from=${new Date(from).toISOString()}`
}

/** MP4 of what is kept between two times, in milliseconds since 1970. */
export function clipUrl({ clip }: StreamUrls, { from, to }: { readonly from: number; readonly to: number }): string {
  return `${clip}?from=${new Date(from).toISOString()}&duration=${(to - from) / 1000}`
}

/**
 * `rtmp://host`, or `rtmps://host:1936` for a page that is encrypted itself and where there is nothing else; with the port
 * only where it is not the one that every client assumes.
 */
export function rtmpOrigin(page: PageOrigin, ports: RtmpPorts | undefined): string | undefined {
  if (ports === undefined) return undefined
  const { rtmp, rtmps } = ports
  if (rtmps !== null && (rtmp === null || page.protocol === 'https:')) return `rtmps://${page.hostname}:${rtmps}`
  if (rtmp === null) return undefined
  return rtmp === 1935 ? `rtmp://${page.hostname}` : `rtmp://${page.hostname}:${rtmp}`
}

/** Where SRT encoders publish a stream; undefined when the server has no such listener. */
export function srtPublishUrl(page: PageOrigin, port: number | null, name: string): string | undefined {
  return port === null ? undefined : `srt://${page.hostname}:${port}?streamid=publish:${name}`
}

/** The path of the stream's page in this console, which plays from `from` on if there is one: RFC 3339. */
export function watchPath(name: string, from?: string): string {
  return `/watch/${encodePath(name)}${from === undefined ? '' : `?from=${from}`}`
}
