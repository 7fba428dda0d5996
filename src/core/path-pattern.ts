/** Which streams something is meant for. */
export type PathPattern = {
  /** As it was written. */
  readonly text: string
  /** True if the pattern covers all of the stream name. */
  matches(name: string): boolean
}

const literal = /^[A-Za-z0-9_.~*-]+$/

/**
 * Compile a pattern, or return `undefined` if it is none.
 *
 * `*` stands for any text within one segment, also for none, and `**` for any number of whole segments, also for none:
 * `live/**`, `event-*`. Everything else means itself. Matching takes no longer than the product of both
 * lengths, whatever the pattern.
 */
export function parsePathPattern(text: string): PathPattern | undefined {
  const segments = text.split('/')
  const isPattern = segments.every(segment => segment === '**' || (literal.test(segment) && !segment.includes('**')))
  if (!isPattern) return undefined
  if (!text.includes('*')) return { text, matches: name => name === text }
  return { text, matches: name => covers(segments, name.split('/'), '**', coversSegment) }
}

function coversSegment(pattern: string, segment: string): boolean {
  return covers(pattern.split(''), segment.split(''), '*', (one, other) => one === other)
}

/**
 * True if the elements of `pattern` fit all of `values` one by one, with `wildcard` for any number of values. A mismatch
 * lets the newest wildcard take one value more; an earlier one never needs to.
 */
function covers(
  pattern: readonly string[],
  values: readonly string[],
  wildcard: string,
  fits: (element: string, value: string) => boolean,
): boolean {
  let at = 0
  let taken = 0
  let wildcardAt = -1
  let takenBefore = 0
  while (taken < values.length) {
    const element = pattern[at]
    if (element === wildcard) {
      wildcardAt = at++
      takenBefore = taken
    } else if (element !== undefined && fits(element, values[taken] ?? '')) {
      at++
      taken++
    } else if (wildcardAt === -1) return false
    else {
      at = wildcardAt + 1
      taken = ++takenBefore
    }
  }
  return pattern.slice(at).every(element => element === wildcard)
}
