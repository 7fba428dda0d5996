import { ProtocolError } from '../../core/errors.ts'
import { formatIpAddress, parseIpAddress } from '../../core/ip-address.ts'
import type { Bytes } from '../../core/units.ts'
import type { ProxyHeader } from './proxy-header.ts'

/** The longest line, CR and LF included. */
const maxLineSize: Bytes = 107

const addressSizes: Readonly<Record<string, number>> = { TCP4: 4, TCP6: 16 }

/**
 * Decode the line of version 1, or return `undefined` if `bytes` ends before the line does.
 *
 *     PROXY TCP4 <source> <destination> <source port> <destination port> CR LF
 *     PROXY TCP6 <source> <destination> <source port> <destination port> CR LF
 *     PROXY UNKNOWN [anything] CR LF
 *
 * @throws {ProtocolError}
 * @see PROXY protocol §2.1
 */
export function decodeVersion1(bytes: Uint8Array): ProxyHeader | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, maxLineSize)).toString('latin1')
  const end = text.indexOf('\r\n')
  if (end === -1 && bytes.length >= maxLineSize) throw wrongLine(`it must end within ${maxLineSize} bytes`)
  if (end === -1) return undefined
  return { source: parseLine(text.slice(0, end)), size: end + 2 }
}

function parseLine(line: string): ProxyHeader['source'] {
  const [, family = '', source = '', destination = '', sourcePort = '', destinationPort = '', ...rest] = line.split(' ')
  if (family === 'UNKNOWN') return undefined
  const size = addressSizes[family]
  if (size === undefined) throw wrongLine('its protocol must be TCP4, TCP6 or UNKNOWN')
  const address = parseIpAddress(source)
  if (address?.length !== size || parseIpAddress(destination)?.length !== size) {
    throw wrongLine(`it must name two addresses of ${family}`)
  }
  if (!isPort(sourcePort) || !isPort(destinationPort) || rest.length > 0) throw wrongLine('it must end with two ports')
  return { address: formatIpAddress(address), port: Number(sourcePort) }
}

function isPort(text: string): boolean {
  return /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535
}

function wrongLine(rule: string): ProtocolError {
  return new ProtocolError('proxy', 'malformed', `Cannot read the PROXY protocol line: ${rule}`)
}
