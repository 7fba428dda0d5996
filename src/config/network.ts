import { BlockList, isIP } from 'node:net'

/** A range of IP addresses. */
export type Network = {
  /** As it was written: `10.0.0.0/8`. */
  readonly text: string
  contains(address: string): boolean
}

/** Read an address or a network in CIDR notation, or return `undefined`. Bits behind the prefix do not matter. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', prefix, ...rest] = text.split('/')
  const family = familyOf(address)
  if (family === undefined || rest.length > 0 || address.includes('%')) return undefined
  const longest = family === 'ipv4' ? 32 : 128
  const length = prefix === undefined ? longest : Number(prefix)
  if (prefix !== undefined && (!/^\d{1,3}$/.test(prefix) || length > longest)) return undefined

  const list = new BlockList()
  list.addSubnet(address, length, family)
  return { text, contains: candidate => isIn(list, candidate) }
}

function isIn(list: BlockList, candidate: string): boolean {
  const [address = ''] = candidate.split('%', 1)
  const family = familyOf(address)
  return family !== undefined && list.check(address, family)
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address)
  if (version === 0) return undefined
  return version === 4 ? 'ipv4' : 'ipv6'
}
