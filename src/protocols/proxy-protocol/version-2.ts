import { ProtocolError } from '../../core/errors.ts'
import { formatIpAddress } from '../../core/ip-address.ts'
import type { Bytes } from '../../core/units.ts'
import type { ProxyHeader } from './proxy-header.ts'

/** The twelve bytes with which version 2 begins. */
export const signature: Uint8Array = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')

const fixedSize: Bytes = 16
/** Addresses and TLVs take some hundred bytes; the field allows for 64 KiB. */
const maxLength: Bytes = 4096

const LOCAL = 0
const PROXY = 1

const addressFamilies = { AF_UNSPEC: 0, AF_INET: 1, AF_INET6: 2, AF_UNIX: 3 } as const
const transports = { UNSPEC: 0, STREAM: 1, DGRAM: 2 } as const

/** Sizes of one address, and of two with their ports. */
const layouts: Readonly<Record<number, { readonly address: Bytes; readonly block: Bytes }>> = {
  [addressFamilies.AF_INET]: { address: 4, block: 12 },
  [addressFamilies.AF_INET6]: { address: 16, block: 36 },
  [addressFamilies.AF_UNIX]: { address: 108, block: 216 },
}

/**
 * Decode the header of version 2, or return `undefined` if `bytes` ends before the header does. TLVs are skipped.
 *
 *     0            12         13         14        16
 *    +------------+----+-----+----+-----+---------+---------------------------+------+
 *    | signature  |ver | cmd |fam | trp | length  | source, destination,      | TLVs |
 *    | 12 bytes   | 4  |  4  | 4  |  4  | 16      | source port, destination port  |
 *    +------------+----+-----+----+-----+---------+---------------------------+------+
 *                                                  <---------- length bytes --------->
 *
 * @throws {ProtocolError}
 * @see PROXY protocol §2.2
 */
export function decodeVersion2(bytes: Uint8Array): ProxyHeader | undefined {
  if (bytes.length < fixedSize) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const [versionAndCommand, family, length] = [view.getUint8(12), view.getUint8(13), view.getUint16(14)]
  if (versionAndCommand >> 4 !== 2) throw wrongHeader(`its version must be 2, is ${versionAndCommand >> 4}`)
  if (length > maxLength)
    throw wrongHeader(`it may have ${maxLength} bytes behind the first ${fixedSize}, has ${length}`)
  const size = fixedSize + length
  switch (versionAndCommand & 0x0f) {
    case LOCAL:
      return bytes.length < size ? undefined : { source: undefined, size }
    case PROXY:
      checkFamily(family, length)
      return bytes.length < size ? undefined : { source: sourceOf(view, family), size }
    default:
      throw wrongHeader(`its command must be LOCAL or PROXY, is ${versionAndCommand & 0x0f}`)
  }
}

function checkFamily(family: number, length: Bytes): void {
  const [addressFamily, transport] = [family >> 4, family & 0x0f]
  if (addressFamily > addressFamilies.AF_UNIX)
    throw wrongHeader(`its address family must be 0 to 3, is ${addressFamily}`)
  if (transport > transports.DGRAM) throw wrongHeader(`its transport must be 0 to 2, is ${transport}`)
  const block = layouts[addressFamily]?.block ?? 0
  if (transport !== transports.UNSPEC && length < block) {
    throw wrongHeader(`its addresses take ${block} bytes, it has room for ${length}`)
  }
}

/** Of TCP; for what it does not understand a receiver falls back to the proxy's own address. */
function sourceOf(view: DataView, family: number): ProxyHeader['source'] {
  const [addressFamily, transport] = [family >> 4, family & 0x0f]
  const isIp = addressFamily === addressFamilies.AF_INET || addressFamily === addressFamilies.AF_INET6
  const layout = layouts[addressFamily]
  if (!isIp || transport !== transports.STREAM || layout === undefined) return undefined
  const address = new Uint8Array(view.buffer, view.byteOffset + fixedSize, layout.address)
  return { address: formatIpAddress(address), port: view.getUint16(fixedSize + 2 * layout.address) }
}

function wrongHeader(rule: string): ProtocolError {
  return new ProtocolError('proxy', 'malformed', `Cannot read the PROXY protocol header: ${rule}`)
}
