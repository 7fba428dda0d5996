import { ProtocolError } from '../../core/errors.ts'
import type { ProxyHeader } from './proxy-header.ts'
import { decodeVersion1 } from './version-1.ts'
import { decodeVersion2, signature } from './version-2.ts'

const textSignature = Buffer.from('PROXY ')

/**
 * Decode the header, of either version, at the start of a connection, or return `undefined` if `bytes` ends before the
 * header does.
 *
 * @throws {ProtocolError} As soon as it is clear that this is none.
 * @see PROXY protocol §2.1, §2.2
 */
export function decodeProxyHeader(bytes: Uint8Array): ProxyHeader | undefined {
  if (startsLike(bytes, textSignature)) return bytes.length < textSignature.length ? undefined : decodeVersion1(bytes)
  if (startsLike(bytes, signature)) return bytes.length < signature.length ? undefined : decodeVersion2(bytes)
  throw new ProtocolError('proxy', 'malformed', 'Cannot find a PROXY protocol header: the connection starts otherwise')
}

/** True if one of the two begins with the other. */
function startsLike(bytes: Uint8Array, start: Uint8Array): boolean {
  return start.every((byte, index) => index >= bytes.length || bytes[index] === byte)
}
