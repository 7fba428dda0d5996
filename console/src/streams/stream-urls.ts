import { encodePath } from '../api/sluice-api.ts'

/** Where the page came from, which is where the server is. `location` fits. */
export type PageOrigin = { readonly protocol: string; readonly host: string; readonly hostname: string }

export type StreamUrls = {
  /** Undefined while the port is not known, or when the server has no RTMP listener. */
  readonly rtmp: string | undefined
  readonly httpFlv: string
  readonly webSocketFlv: string
  readonly httpTs: string
}

/** Every address of one stream that players open. */
export function streamUrls(page: PageOrigin, rtmpPort: number | null | undefined, name: string): StreamUrls {
  const rtmp = rtmpOrigin(page, rtmpPort)
  const path = encodePath(name)
  return {
    rtmp: rtmp === undefined ? undefined : `${rtmp}/${path}`,
    httpFlv: `${page.protocol}//${page.host}/${path}.flv`,
    webSocketFlv: `${page.protocol === 'https:' ? 'wss:' : 'ws:'}//${page.host}/${path}.flv`,
    httpTs: `${page.protocol}//${page.host}/${path}.ts`,
  }
}

/** `rtmp://host`, with the port only where it is not the one that every client assumes. */
export function rtmpOrigin(page: PageOrigin, port: number | null | undefined): string | undefined {
  if (port === null || port === undefined) return undefined
  return port === 1935 ? `rtmp://${page.hostname}` : `rtmp://${page.hostname}:${port}`
}

/** The path of the stream's page in this console. */
export function watchPath(name: string): string {
  return `/watch/${encodePath(name)}`
}
