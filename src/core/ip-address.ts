/**
 * Read an IP address: 4 bytes of `192.0.2.1`, 16 of `2001:db8::1`; `undefined` if it is none.
 *
 * @see RFC 4291 §2.2 (text of IPv6 addresses). Zones are not part of an address.
 */
export function parseIpAddress(text: string): Uint8Array | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text)
}

/**
 * Write an address of 4 or 16 bytes. IPv4 that is mapped into IPv6 is written as the IPv4 that it is.
 *
 * @throws {RangeError} If it has another length.
 * @see RFC 5952 §4, RFC 4291 §2.5.5.2
 */
export function formatIpAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  if (bytes.length !== 16)
    throw new RangeError(`Cannot write an address: it must have 4 or 16 bytes, has ${bytes.length}`)
  if (mappedPrefix.every((byte, index) => bytes[index] === byte)) return bytes.subarray(12).join('.')
  return formatIpv6(groupsOf(bytes))
}

/** True for the text of a group's address. Source: RFC 1112 §4, RFC 4291 §2.7. */
export function isMulticastAddress(text: string): boolean {
  const bytes = parseIpAddress(text)
  const first = bytes?.[0] ?? 0
  return bytes?.length === 4 ? first >> 4 === 0xe : first === 0xff
}

const mappedPrefix = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split('.')
  const isIpv4 = parts.length === 4 && parts.every(part => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
  return isIpv4 ? Uint8Array.from(parts, Number) : undefined
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::')
  const [head, tail] = halves.map((half, index) => parseGroups(half, index === halves.length - 1))
  if (halves.length > 2 || head === undefined) return undefined
  if (halves.length === 1) return head.length === 16 ? Uint8Array.from(head) : undefined
  if (tail === undefined || head.length + tail.length > 14) return undefined
  const bytes = new Uint8Array(16)
  bytes.set(head)
  bytes.set(tail, 16 - tail.length)
  return bytes
}

/** @param isEnd True if the last group may be written like IPv4. */
function parseGroups(text: string, isEnd: boolean): readonly number[] | undefined {
  if (text === '') return []
  const groups = text.split(':')
  const bytes = groups.map((group, index) => {
    if (/^[0-9a-f]{1,4}$/i.test(group)) return [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]
    const ipv4 = isEnd && index === groups.length - 1 ? parseIpv4(group) : undefined
    return ipv4 && [...ipv4]
  })
  return bytes.every(pair => pair !== undefined) ? bytes.flat() : undefined
}

function groupsOf(bytes: Uint8Array): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Array.from({ length: 8 }, (_, index) => view.getUint16(index * 2))
}

/** The longest run of two zeros and more, the first of several, becomes `::`. */
function formatIpv6(groups: readonly number[]): string {
  const zerosAt = groups.map((_, start) => {
    const end = groups.findIndex((group, index) => index >= start && group !== 0)
    return (end === -1 ? groups.length : end) - start
  })
  const longest = Math.max(...zerosAt)
  const write = (part: readonly number[]): string => part.map(group => group.toString(16)).join(':')
  if (longest < 2) return write(groups)
  const start = zerosAt.indexOf(longest)
  return `${write(groups.slice(0, start))}::${write(groups.slice(start + longest))}`
}
