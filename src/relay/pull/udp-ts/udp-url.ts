import { isIP } from 'node:net'
import { UrlError } from '../../../core/errors.ts'
import { isMulticastAddress } from '../../../core/ip-address.ts'

/** Where datagrams with a transport stream come. */
export type UdpUrl = {
  /** Of a multicast group, or of an interface of ours; `::` or `0.0.0.0` for all. */
  readonly address: string
  readonly port: number
  readonly isMulticast: boolean
  /** Address of the only sender whose datagrams are taken; `undefined` for anybody's. */
  readonly source: string | undefined
  /** Address of the interface of ours that joins the group; `undefined` for the system's choice. */
  readonly interface: string | undefined
  /** program_number to receive; `undefined` for the first program with media. */
  readonly programNumber: number | undefined
  readonly shown: string
}

const form =
  /^(?<scheme>udp|rtp):\/\/(?:(?<source>[^@/?#]*)@)?(?<address>\[[0-9a-f:.]+\]|[0-9.]+):(?<port>\d{1,5})\/?(?:\?(?<query>.*))?$/i

/**
 * `udp://[SOURCE@]ADDRESS:PORT[?interface=ADDRESS&program=NUMBER]`, as VLC writes the first part; `rtp://` means the same,
 * for RTP is recognized by its datagrams.
 *
 * @throws {UrlError}
 */
export function parseUdpUrl(text: string): UdpUrl {
  const parts = form.exec(text)?.groups as Partial<Record<'source' | 'address' | 'port' | 'query', string>>
  if (parts === undefined) throw malformed()
  const address = (parts.address ?? '').replace(/^\[|\]$/g, '')
  const source = parts.source === '' ? undefined : parts.source
  const port = Number(parts.port)
  const { interface: ours, programNumber } = parseQuery(parts.query ?? '')
  const others = [source, ours].filter(other => other !== undefined)
  const family = isIP(address)
  if (family === 0 || port > 65_535 || others.some(other => isIP(other) !== family)) throw malformed()
  return {
    address,
    port,
    isMulticast: isMulticastAddress(address),
    source,
    interface: ours,
    programNumber,
    shown: text,
  }
}

function parseQuery(query: string): Pick<UdpUrl, 'interface' | 'programNumber'> {
  const { interface: ours, program, ...others } = Object.fromEntries(new URLSearchParams(query))
  const programNumber = program === undefined ? undefined : Number(program)
  if (Object.keys(others).length > 0) throw malformed()
  if (programNumber === undefined || isProgramNumber(programNumber)) return { interface: ours, programNumber }
  throw new UrlError(`Cannot use the URL: program is a number from 1 to 65535, is ${program}`)
}

function isProgramNumber(number: number): boolean {
  return Number.isInteger(number) && number >= 1 && number <= 0xffff
}

function malformed(): UrlError {
  return new UrlError(
    'Cannot use the URL: it must have the form udp://[SOURCE@]ADDRESS:PORT[?interface=ADDRESS&program=NUMBER]',
  )
}
