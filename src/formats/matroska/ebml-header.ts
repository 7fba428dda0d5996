import { ProtocolError } from '../../core/errors.ts'
import { decodeElements, decodeText, findElement, findUnsigned } from './decode-element.ts'
import { elementIds } from './element-ids.ts'

const docTypes = ['matroska', 'webm']

/** What this reader knows, in the words of RFC 8794 §11.2 and RFC 9559 §3. A header that does not say one means less. */
const mostOf = [
  ['EBMLReadVersion', 1],
  ['EBMLMaxIDLength', 4],
  ['EBMLMaxSizeLength', 8],
  ['DocTypeReadVersion', 4],
] as const

/**
 * Look whether an EBML header is one of a document that we can read.
 *
 * @param data Of the EBML element.
 * @throws {ProtocolError} `unsupported` if it is of another type or a later version.
 * @see RFC 8794 §11.2, RFC 9559 §3
 */
export function checkEbmlHeader(data: Uint8Array): void {
  const elements = decodeElements(data)
  const type = findElement(elements, elementIds.DocType)
  if (type === undefined || !docTypes.includes(decodeText(type)))
    throw unsupported(`its type is ${docTypes.join(' or ')}`)
  for (const [name, most] of mostOf) {
    const value = findUnsigned(elements, elementIds[name]) ?? 0
    if (value > most) throw unsupported(`${name} is ${most} at most, is ${value}`)
  }
}

function unsupported(rule: string): ProtocolError {
  return new ProtocolError('matroska', 'unsupported', `Cannot read EBML document: ${rule}`)
}
