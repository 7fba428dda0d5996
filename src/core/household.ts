import { formatIpAddress, parseIpAddress } from './ip-address.ts'

/**
 * What counts as one peer where there is so much for each: the address, and of IPv6 its first 64 bits, as that is what
 * one subscriber owns. What is no address stands for itself.
 */
export function householdOf(address: string): string {
  const [plain = ''] = address.split('%', 1)
  const bytes = parseIpAddress(plain)
  if (bytes === undefined) return address
  const text = formatIpAddress(bytes)
  if (!text.includes(':')) return text
  const { buffer, byteOffset } = bytes
  const view = new DataView(buffer, byteOffset)
  return [0, 2, 4, 6].map(at => view.getUint16(at).toString(16)).join(':')
}
