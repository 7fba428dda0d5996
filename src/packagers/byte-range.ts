/** Bytes of a file, the end left out. */
export type ByteRange = { readonly start: number; readonly end: number }

/**
 * What a `Range` header asks for of a file of `size` bytes: `undefined` for all of it, as for several ranges at once and
 * for what cannot be read, and `unsatisfiable` for what lies behind its end.
 *
 * @see RFC 9110 §14.1.2, §14.2
 */
export function parseRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined
  if (first === '') return ofLength(size, Number(last))
  const [start, newest] = [Number(first), last === '' ? size - 1 : Number(last)]
  if (newest < start && last !== '') return undefined
  return start >= size ? 'unsatisfiable' : { start, end: Math.min(newest + 1, size) }
}

/** The last `length` bytes. */
function ofLength(size: number, length: number): ByteRange | 'unsatisfiable' {
  return length === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - length), end: size }
}
