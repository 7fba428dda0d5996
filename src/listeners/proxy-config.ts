import type { Field } from '../config/field.ts'
import { listOf } from '../config/list-of.ts'
import { type Network, parseNetwork } from '../config/network.ts'
import { defineSection } from '../config/section.ts'

/** The `proxyProtocol:` section: for all listeners that demand PROXY headers. */
export const proxyConfig = defineSection('PROXY protocol', {
  trustedProxies: networkList(
    ['127.0.0.0/8', '::1'],
    'Addresses and networks of the proxies whose PROXY headers and X-Forwarded-For are believed',
  ),
})

function networkList(fallback: readonly string[], description: string): Field<readonly Network[]> {
  const form = 'a list of addresses and networks such as [10.0.0.0/8, "fd00::/8"]'
  return listOf(form, parseNetwork, { default: fallback, description, effect: 'next' })
}
