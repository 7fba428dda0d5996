/** A value of an attribute list: text that is quoted, a word or number that is not; `undefined` leaves the attribute out. */
export type AttributeValue = { readonly quoted: string } | string | number | undefined

/**
 * One tag with attributes. What is quoted may have no quotation mark and no line break: those are left out.
 *
 * @see RFC 8216bis §4.2
 */
export function formatTag(name: string, attributes: Readonly<Record<string, AttributeValue>>): string {
  const list = Object.entries(attributes).filter(([, value]) => value !== undefined)
  return `#${name}:${list.map(([key, value]) => `${key}=${formatValue(value)}`).join(',')}`
}

function formatValue(value: AttributeValue): string {
  return typeof value === 'object' ? `"${value.quoted.replace(/["\r\n]/g, '')}"` : String(value)
}

/** Seconds with as many digits as media times have. */
export function formatSeconds(seconds: number): string {
  return seconds.toFixed(5)
}

/** `undefined` for false: attributes of this kind are there or not. */
export function yes(isSo: boolean): 'YES' | undefined {
  return isSo ? 'YES' : undefined
}
