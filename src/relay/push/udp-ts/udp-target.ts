import { isIP } from 'node:net'
import { UrlError } from '../../../core/errors.ts'
import { isMulticastAddress } from '../../../core/ip-address.ts'
import { packetSize } from '../../../formats/mpegts/transport-packet.ts'

/** Where datagrams with a transport stream go, and how. */
export type UdpTarget = {
  /** Name or address, an IPv6 one without its brackets. */
  readonly host: string
  readonly port: number
  readonly isMulticast: boolean
  /** True if each datagram has an RTP header. */
  readonly isRtp: boolean
  /** Routers that a datagram may pass; `undefined` for the system's choice. */
  readonly ttl: number | undefined
  /** Address of ours that datagrams are sent from; `undefined` for the system's choice. */
  readonly interface: string | undefined
  /** Transport packets in a datagram. */
  readonly packets: number
  /** Bits per second, null packets included; `undefined` for as many as the stream has. */
  readonly bitrate: number | undefined
  readonly shown: string
}

const form =
  /^(?<scheme>udp|rtp):\/\/(?<host>\[[0-9a-f:.]+\]|[a-z0-9._-]+):(?<port>\d{1,5})\/?(?:\?(?<query>[^#\s]*))?$/i

const parameters = ['ttl', 'interface', 'pkt_size', 'bitrate']
const defaultPackets = 7
/** What fits into the largest frames that networks carry (9000 bytes), RTP header included. */
const mostPackets = 47
const [lowestBitrate, highestBitrate] = [100e3, 1e9]

/**
 * `udp://HOST:PORT[?ttl=N&interface=ADDRESS&pkt_size=BYTES&bitrate=RATE]` or `rtp://…`, with FFmpeg's names.
 *
 * @throws {UrlError}
 */
export function parseUdpTarget(text: string): UdpTarget {
  const parts = form.exec(text)?.groups as Partial<Record<'scheme' | 'host' | 'port' | 'query', string>>
  if (parts === undefined) throw new UrlError('Cannot use the URL: it must have the form udp://HOST:PORT or rtp://…')
  const host = (parts.host ?? '').replace(/^\[|\]$/g, '')
  const [port, query] = [Number(parts.port), new URLSearchParams(parts.query)]
  if (port === 0 || port > 65_535) throw wrong(text, `its port must be 1 to 65535, is ${port}`)
  const unknown = [...query.keys()].find(key => !parameters.includes(key))
  if (unknown !== undefined) throw wrong(text, `its parameters are ${parameters.join(', ')}, one is "${unknown}"`)
  return {
    ...{ host, port, isMulticast: isMulticastAddress(host), isRtp: parts.scheme?.toLowerCase() === 'rtp' },
    ttl: readTtl(text, query.get('ttl')),
    interface: readInterface(text, host, query.get('interface')),
    packets: readPackets(text, query.get('pkt_size')),
    bitrate: readBitrate(text, query.get('bitrate')),
    shown: text,
  }
}

function readTtl(text: string, written: string | null): number | undefined {
  if (written === null) return undefined
  const ttl = /^\d+$/.test(written) ? Number(written) : 0
  if (ttl < 1 || ttl > 255) throw wrong(text, `its ttl must be 1 to 255, is "${written}"`)
  return ttl
}

function readInterface(text: string, host: string, written: string | null): string | undefined {
  if (written === null) return undefined
  const family = isIP(written)
  const [ours, theirs] = [`IPv${family}`, `IPv${isIP(host)}`]
  if (family === 0) throw wrong(text, `its interface must be an address of this machine, is "${written}"`)
  if (isIP(host) !== 0 && ours !== theirs)
    throw wrong(text, `its interface must be ${theirs} as the host is, is ${ours}`)
  return written
}

function readPackets(text: string, written: string | null): number {
  if (written === null) return defaultPackets
  const packets = /^\d+$/.test(written) ? Number(written) / packetSize : 0
  if (Number.isInteger(packets) && packets >= 1 && packets <= mostPackets) return packets
  throw wrong(text, `its pkt_size must be a multiple of 188 up to ${mostPackets * packetSize}, is "${written}"`)
}

function readBitrate(text: string, written: string | null): number | undefined {
  if (written === null) return undefined
  const [, count, unit = ''] = /^(\d{1,12}(?:\.\d{1,6})?)([kM]?)$/.exec(written) ?? []
  const bitrate = Math.round(Number(count) * ({ k: 1e3, M: 1e6 }[unit] ?? 1))
  if (bitrate >= lowestBitrate && bitrate <= highestBitrate) return bitrate
  throw wrong(text, `its bitrate must be 100k to 1000M bits per second, such as 6M, is "${written}"`)
}

function wrong(text: string, rule: string): UrlError {
  return new UrlError(`Cannot use the URL ${text.replace(/\?.*/s, '')}: ${rule}`)
}
