import { ProtocolError } from '../../core/errors.ts'
import { decodeElements, findElement, findUnsigned } from './decode-element.ts'
import { elementIds } from './element-ids.ts'

/** Bytes that a track has in common, and that were taken away. */
export type StrippedHeader = {
  readonly bytes: Uint8Array
  readonly ofFrames: boolean
  readonly ofCodecPrivate: boolean
}

/** A value of ContentEncodingType. Source: RFC 9559 §5.1.4.1.31.4. */
const compression = 0
/** A value of ContentCompAlgo, and the names of those below. Source: RFC 9559 §5.1.4.1.31.6. */
const headerStripping = 3
const algorithms = ['zlib', 'bzlib', 'lzo1x']
/** Bits of ContentEncodingScope. Source: RFC 9559 §5.1.4.1.31.3. */
const scopes = { frames: 1, codecPrivate: 2 }

/**
 * Decode the ContentEncodings of a track of picture or sound.
 *
 * @returns A copy of the bytes; `undefined` if nothing is encoded.
 * @throws {ProtocolError} `unsupported` if it is anything but one stripping of headers.
 * @see RFC 9559 §5.1.4.1.31
 */
export function decodeContentEncodings(data: Uint8Array): StrippedHeader | undefined {
  const encodings = decodeElements(data).filter(({ id }) => id === elementIds.ContentEncoding)
  const [first, second] = encodings
  if (first === undefined) return undefined
  if (second !== undefined) throw unsupported(`it is encoded once, is ${encodings.length} times`)
  const elements = decodeElements(first.data)
  if ((findUnsigned(elements, elementIds.ContentEncodingType) ?? compression) !== compression) {
    throw unsupported('it is not encrypted')
  }
  const settings = decodeElements(findElement(elements, elementIds.ContentCompression) ?? new Uint8Array(0))
  const algorithm = findUnsigned(settings, elementIds.ContentCompAlgo) ?? 0
  if (algorithm !== headerStripping) {
    throw unsupported(`its compression is header stripping, is ${algorithms[algorithm] ?? algorithm}`)
  }
  const scope = findUnsigned(elements, elementIds.ContentEncodingScope) ?? scopes.frames
  return {
    bytes: Uint8Array.from(findElement(settings, elementIds.ContentCompSettings) ?? []),
    ofFrames: (scope & scopes.frames) !== 0,
    ofCodecPrivate: (scope & scopes.codecPrivate) !== 0,
  }
}

/** The bytes of before the stripping. */
export function restoreHeader(header: Uint8Array, rest: Uint8Array): Uint8Array {
  const whole = new Uint8Array(header.length + rest.length)
  whole.set(header)
  whole.set(rest, header.length)
  return whole
}

function unsupported(rule: string): ProtocolError {
  return new ProtocolError('matroska', 'unsupported', `Cannot read Matroska track: ${rule}`)
}
