import { UrlError } from '../../core/errors.ts'
import { isStreamName } from '../../hub/stream-name.ts'
import { type PullUrl, parsePullUrl } from './pull-url.ts'

/** Where one input of a stream comes from: elsewhere, another stream of this server, or whoever publishes here. */
export type InputUrl =
  | PullUrl
  | { readonly protocol: 'copy'; readonly stream: string; readonly shown: string }
  | {
      readonly protocol: 'publish'
      /** The name that is published, where the URL has one. */
      readonly stream: string | undefined
      readonly shown: string
    }

/** What is known, and cannot be pulled by this version. */
const notSupportedYet = /^(rtsps?|rtspu|rist|whep|whip|rtc|webrtc|ndi|mixer|mms|ftp):/i

const anyAddress = String.raw`(?:0\.0\.0\.0|\[::\])(?::\d+)?`

/** URLs that encoders publish to, with all addresses of this machine in the place of its own. */
const listening = [
  new RegExp(`^rtmps?://${anyAddress}/([^?#]+)$`, 'i'),
  new RegExp(`^srt://${anyAddress}/?\\?(?:[^#]*&)?streamid=publish:([^&#]+)$`, 'i'),
]

/** @throws {UrlError} */
export function parseInputUrl(text: string): InputUrl {
  if (/^publish:(\/\/)?$/i.test(text)) return { protocol: 'publish', stream: undefined, shown: text }
  for (const form of listening) {
    const [, stream] = form.exec(text) ?? []
    if (stream !== undefined) return { protocol: 'publish', stream, shown: text }
  }
  if (/^copy:/i.test(text)) return parseCopyUrl(text)
  const [, scheme] = notSupportedYet.exec(text) ?? []
  if (scheme !== undefined) throw new UrlError(`Cannot use the URL: ${scheme.toLowerCase()} is not supported yet`)
  return parsePullUrl(text)
}

function parseCopyUrl(text: string): InputUrl {
  const stream = text.slice('copy://'.length)
  if (!/^copy:\/\//i.test(text) || !isStreamName(stream)) {
    throw new UrlError('Cannot use the URL: it must have the form copy://STREAM, with the name of another stream')
  }
  return { protocol: 'copy', stream, shown: text }
}
