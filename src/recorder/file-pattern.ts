import type { Milliseconds } from '../core/units.ts'

/** What stands in a file name for something that is known when the file begins. */
type Placeholder =
  | { readonly type: 'number'; readonly digits: number }
  | { readonly type: 'stream' | 'time' | 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' }

/** How the files of recordings are named: text and placeholders in turn. Holds no extension. */
export type FilePattern = readonly (string | Placeholder)[]

/** `live_test_20260131_090500`. */
export const singleFilePattern: FilePattern = [{ type: 'stream' }, '_', { type: 'time' }]
/** `live_test_20260131_090500_seg001`. */
export const segmentPattern: FilePattern = [...singleFilePattern, '_seg', { type: 'number', digits: 3 }]

/** The file that a name is for. */
export type NamedFile = {
  readonly stream: string
  /** Wall-clock time of the first frame; written as local time. */
  readonly start: Milliseconds
  /** Of the file in its recording, from 1 on. */
  readonly number: number
}

/** Leaves room for the time, the numbers and the extension in the 255 bytes that file systems take. */
const longestStreamPart = 200

const placeholders: ReadonlyMap<string, Placeholder | string> = new Map<string, Placeholder | string>([
  ['s', { type: 'stream' }],
  ['T', { type: 'time' }],
  ['Y', { type: 'year' }],
  ['m', { type: 'month' }],
  ['D', { type: 'day' }],
  ['H', { type: 'hour' }],
  ['M', { type: 'minute' }],
  ['S', { type: 'second' }],
  ['d', { type: 'number', digits: 1 }],
  ['%', '%'],
])
const placeholderForm = /%(?:(\d{1,2})d|(.?))/gu

/**
 * Read a pattern such as `%s/%Y-%m-%D/%T_%03d`: `%s` is the stream with `_` for `/`, `%T` is `YYYYMMDD_HHMMSS`, `%Y`
 * `%m` `%D` `%H` `%M` `%S` are its parts, `%d` is the number of the file, `%03d` with three digits at least, `%%` is a
 * percent sign. `/` makes folders.
 *
 * @returns `undefined` for another placeholder, a control character, and a path that could leave its folder.
 */
export function parseFilePattern(text: string): FilePattern | undefined {
  if (!isInnerPath(text)) return undefined
  const pattern: (string | Placeholder)[] = []
  let end = 0
  for (const match of text.matchAll(placeholderForm)) {
    const [whole, digits, letter] = match
    const piece = digits === undefined ? placeholders.get(letter ?? '') : numberOf(Number(digits))
    if (piece === undefined) return undefined
    pattern.push(text.slice(end, match.index), piece)
    end = match.index + whole.length
  }
  return [...pattern, text.slice(end)]
}

/** The name that `pattern` gives a file, relative to the folder of the recordings and without extension. */
export function formatFileName(pattern: FilePattern, file: NamedFile): string {
  return pattern.map(piece => (typeof piece === 'string' ? piece : formatPlaceholder(piece, file))).join('')
}

function numberOf(digits: number): Placeholder {
  return { type: 'number', digits }
}

/** True for a relative path whose parts are not empty, `.` or `..`. A placeholder is never empty and never a dot. */
function isInnerPath(text: string): boolean {
  if (/\p{Cc}|\\/u.test(text)) return false
  return text.split('/').every(part => part !== '' && part !== '.' && part !== '..')
}

function formatPlaceholder(placeholder: Placeholder, { stream, start, number }: NamedFile): string {
  const date = new Date(start)
  switch (placeholder.type) {
    case 'stream':
      return stream.replaceAll('/', '_').slice(0, longestStreamPart)
    case 'number':
      return String(number).padStart(placeholder.digits, '0')
    case 'time':
      return formatLocalTime(date)
    case 'year':
      return String(date.getFullYear())
    case 'month':
      return twoDigits(date.getMonth() + 1)
    case 'day':
      return twoDigits(date.getDate())
    case 'hour':
      return twoDigits(date.getHours())
    case 'minute':
      return twoDigits(date.getMinutes())
    case 'second':
      return twoDigits(date.getSeconds())
  }
}

/** `YYYYMMDD_HHMMSS` in the machine's time zone. */
function formatLocalTime(date: Date): string {
  const day = [date.getMonth() + 1, date.getDate()].map(twoDigits).join('')
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join('')
  return `${date.getFullYear()}${day}_${time}`
}

function twoDigits(count: number): string {
  return String(count).padStart(2, '0')
}
