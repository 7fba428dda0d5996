import { srsHead, srsStream } from '../clients/http/srs-callback.ts'
import type { Participant, ServerEvent } from '../contracts/events.ts'
import { splitPeer } from '../core/peer-address.ts'

type SrsBody = Readonly<Record<string, string | number>>

/**
 * An event in the words of SRS's callbacks; `undefined` if it has none.
 *
 * @see SRS 6, "HTTP Callback"
 */
export function srsEvent(event: ServerEvent): SrsBody | undefined {
  switch (event.type) {
    case 'connection.connected':
      return { ...ofConnection('on_connect', event), tcUrl: event.url, pageUrl: '', stream: '', param: paramOf(event) }
    case 'connection.closed': {
      const closed = ofConnection('on_close', { ...event, query: '' })
      return { ...closed, send_bytes: event.bytesSent, recv_bytes: event.bytesReceived }
    }
    case 'publish.started':
      return ofStream('on_publish', event.stream, event)
    case 'publish.stopped':
      return ofStream('on_unpublish', event.stream, event)
    case 'play.started':
      return { ...ofStream('on_play', event.stream, event), pageUrl: '' }
    case 'play.stopped':
      return ofStream('on_stop', event.stream, event)
    case 'recording.segment': {
      const nobody = { connection: '', peer: '', url: '', query: '' }
      return { ...ofStream('on_dvr', event.stream, nobody), cwd: process.cwd(), file: event.file }
    }
    default:
      return undefined
  }
}

type Who = Omit<Participant, 'protocol'>

function ofConnection(action: string, who: Who): SrsBody {
  const [, app = ''] = /^[a-z]+:\/\/[^/]*\/([^?]*)/i.exec(who.url) ?? []
  return { ...srsHead(action, subject(who)), app }
}

function ofStream(action: string, stream: string, who: Who): SrsBody {
  return { ...srsHead(action, subject(who)), ...srsStream(stream, subject(who)) }
}

function subject({ connection, peer, query, url }: Who) {
  return { connection, address: peer === '' ? '' : splitPeer(peer).address, query, url }
}

function paramOf({ query }: Who): string {
  return query === '' ? '' : `?${query}`
}
