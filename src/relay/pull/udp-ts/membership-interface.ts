import { isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { formatIpAddress, parseIpAddress } from '../../../core/ip-address.ts'

/**
 * How node:dgram wants to hear of the interface of this machine that has an address: of IPv4 the address itself, of IPv6
 * the name, as a zone. `undefined` if no interface has it.
 *
 * @see https://nodejs.org/api/dgram.html, `socket.setMulticastInterface`
 */
export function membershipInterface(address: string): string | undefined {
  if (!isIPv6(address)) return address
  const [plain = '', zone] = address.split('%')
  const name = zone ?? interfaceWith(canonical(plain))
  return name === undefined ? undefined : `::%${name}`
}

function interfaceWith(address: string | undefined): string | undefined {
  const [found] =
    Object.entries(networkInterfaces()).find(([, addresses = []]) =>
      addresses.some(own => canonical(own.address) === address),
    ) ?? []
  return found
}

/** One address may be written in several ways. */
function canonical(address: string): string | undefined {
  const bytes = parseIpAddress(address)
  return bytes && formatIpAddress(bytes)
}
