import { isIPv4, isIPv6 } from 'node:net'
import { defineField, type Field, type FieldOptions, oneText } from './field.ts'

/** Where a listener binds: every address of the machine if `host` is absent; port 0 takes any free port. */
export type ListenAddress = { readonly host?: string; readonly port: number }

const pattern = /^(?:\[([^\]]+)\]|([A-Za-z0-9.-]*)):(\d{1,5})$/
const form = 'an address such as :8080, 127.0.0.1:0 or [::1]:1935, or "" for off'

/**
 * Read `HOST:PORT`, `[IPV6]:PORT` or `:PORT`.
 *
 * @returns `undefined` if `text` is not an address. The empty text is none: the field reads it as "off".
 */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const match = pattern.exec(text)
  if (match === null) return undefined
  const [, ipv6, name = '', digits] = match
  const port = Number(digits)
  if (port > 65_535) return undefined
  if (ipv6 !== undefined) return isIPv6(ipv6) ? { host: ipv6, port } : undefined
  if (name === '') return { port }
  return isHost(name) ? { host: name, port } : undefined
}

/** A host name, or an IPv4 address with all four numbers in range. */
function isHost(name: string): boolean {
  return /^[\d.]+$/.test(name) ? isIPv4(name) : /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(name)
}

/** A key that says where to listen. Its value is `undefined` when the listener is off. */
export function listenAddress(options: FieldOptions<string>): Field<ListenAddress | undefined> {
  const schema = { type: 'string', pattern: `${pattern.source}|^$` }
  return defineField(
    oneText(form, schema, text => {
      if (text === '') return { value: undefined }
      const value = parseListenAddress(text)
      return value && { value }
    }),
    options,
  )
}
