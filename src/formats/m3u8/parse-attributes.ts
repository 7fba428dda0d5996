import { playlistFault } from './playlist-lines.ts'

/** The attributes of a tag by their names; what was quoted is without quotation marks. */
export type Attributes = ReadonlyMap<string, string>

const attribute = /\s*([A-Z0-9-]+)=(?:"([^"\r\n]*)"|([^",\s]*))\s*(?:,|$)/y

/** @throws {ProtocolError} @see RFC 8216bis §4.2 */
export function parseAttributes(list: string): Attributes {
  const attributes = new Map<string, string>()
  attribute.lastIndex = 0
  while (attribute.lastIndex < list.length) {
    const match = attribute.exec(list)
    if (match === null)
      throw playlistFault('malformed', 'a list of attributes has NAME=VALUE, with commas between them')
    const [, name = '', quoted, plain = ''] = match
    attributes.set(name, quoted ?? plain)
  }
  return attributes
}

/** @throws {ProtocolError} If it is missing. */
export function requireAttribute(attributes: Attributes, tag: string, name: string): string {
  const value = attributes.get(name)
  if (value === undefined) throw playlistFault('malformed', `${tag} has the attribute ${name}`)
  return value
}

/** A decimal number that is not negative. @throws {ProtocolError} */
export function parseNumber(text: string, what: string): number {
  const number = /^\d+(\.\d*)?$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isFinite(number)) throw playlistFault('malformed', `${what} is a number`)
  return number
}

/** @throws {ProtocolError} */
export function parseCount(text: string, what: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(number)) throw playlistFault('malformed', `${what} is a whole number`)
  return number
}
