import { keyWithCredentials } from '../../protocols/rtmp/rtmp-url.ts'
import type { PullUrl } from './pull-url.ts'

/** Who we are to a server, and where we come from, beside what a URL says. */
export type PullAccess = {
  /** Empty for nobody. Of S3, the access key. */
  readonly username: string
  /** Of S3, the secret key. */
  readonly password: string
  /** Address of this machine; `undefined` for the system's choice. */
  readonly localAddress: string | undefined
}

/** The URL as if it said it itself, in the way of its protocol. What connects over TCP is told its address apart. */
export function withAccess(url: PullUrl, { username, password, localAddress }: PullAccess): PullUrl {
  const [user, pass] = [username, password].map(encodeURIComponent) as [string, string]
  switch (url.protocol) {
    case 'rtmp':
      return username === '' ? url : { ...url, key: keyWithCredentials(url.key, user, pass) }
    case 'http-ts':
    case 'http-file':
    case 'hls':
      return username === ''
        ? url
        : { ...url, url: Object.assign(new URL(url.url), { username: user, password: pass }) }
    case 's3':
      return username === '' ? url : { ...url, accessKey: username, secretKey: password }
    case 'srt':
      return localAddress === undefined ? url : { ...url, localAddress }
    case 'udp-ts':
      return localAddress === undefined ? url : { ...url, interface: localAddress }
    case 'file':
      return url
  }
}
