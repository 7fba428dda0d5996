import { type AmfObject, type AmfValue, amfObject, namedValues } from '../../formats/amf/amf-value.ts'
import type { Command } from './command.ts'
import { type EnhancedCapabilities, enhancedCapabilities } from './enhanced-capabilities.ts'

/** What a peer says of itself when it connects. Source: RTMP 1.0 §7.2.1.1. */
export type ConnectRequest = {
  /** The application, without its query. */
  readonly app: string
  readonly tcUrl: string
  /** What follows "?" in the application, or else in the URL. May hold credentials. */
  readonly query: string
  readonly flashVer: string
  readonly objectEncoding: 0 | 3
  readonly enhanced: EnhancedCapabilities
  /** The whole command object. */
  readonly fields: AmfObject
}

type StreamRequest = {
  /** The message stream that the answer and the media go over. */
  readonly streamId: number
  /** The stream key, without its query. Not checked; may be empty. */
  readonly name: string
  /** What follows "?" in the stream key. May hold credentials. */
  readonly query: string
}

/** Source: RTMP 1.0 §7.2.2.6. */
export type PublishRequest = StreamRequest & { readonly type: 'live' | 'record' | 'append' }

/** Times as the peer writes them: seconds in the specification, milliseconds in FFmpeg and librtmp. Source: RTMP 1.0 §7.2.2.1. */
export type PlayRequest = StreamRequest & {
  /** -2 s = live, else recorded; -1 s = live only; from 0 on = recorded only. */
  readonly start: number
  /** Negative = to the end. */
  readonly duration: number
  /** Whether a former playlist is given up. */
  readonly reset: boolean
}

export function connectRequest({ args }: Command): ConnectRequest {
  const fields = namedValues(args[0]) ?? amfObject({})
  const app = splitQuery(text(fields['app']))
  const tcUrl = text(fields['tcUrl'])
  return {
    app: app.name,
    tcUrl,
    query: app.query === '' ? splitQuery(tcUrl).query : app.query,
    flashVer: text(fields['flashVer']),
    objectEncoding: fields['objectEncoding'] === 3 ? 3 : 0,
    enhanced: enhancedCapabilities(fields),
    fields,
  }
}

/** A publisher that does not say how publishes live. */
export function publishRequest(streamId: number, { args }: Command): PublishRequest {
  const type = args[2]
  return { streamId, ...splitQuery(text(args[1])), type: type === 'record' || type === 'append' ? type : 'live' }
}

/** `reset` is a flag, or a number where the playlist modes of Flash are meant; not said = true. */
export function playRequest(streamId: number, { args }: Command): PlayRequest {
  return {
    streamId,
    ...splitQuery(text(args[1])),
    start: number(args[2], -2),
    duration: number(args[3], -1),
    reset: args[4] === undefined || (args[4] !== false && args[4] !== 0),
  }
}

export function text(value: AmfValue): string {
  return typeof value === 'string' ? value : ''
}

export function number(value: AmfValue, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}

function splitQuery(key: string): { readonly name: string; readonly query: string } {
  const at = key.indexOf('?')
  return at < 0 ? { name: key, query: '' } : { name: key.slice(0, at), query: key.slice(at + 1) }
}
