import { RefusedError } from '../../core/errors.ts'
import { type AmfValue, namedValues } from '../../formats/amf/amf-value.ts'

/** What a server says in `onStatus`, `_result` or `_error`. A missing part is empty. Source: RTMP 1.0 §7.2.2. */
export type ServerStatus = {
  readonly isError: boolean
  readonly code: string
  readonly description: string
  /** Where to reconnect to. Source: Enhanced RTMP v2, Reconnect Request. */
  readonly tcUrl: string | undefined
}

/** Longest words of a server that an error repeats. */
const longestWords = 200

export function serverStatus(info: AmfValue): ServerStatus {
  const { level, code, description, tcUrl } = namedValues(info) ?? {}
  return {
    isError: level === 'error',
    code: text(code),
    description: text(description),
    tcUrl: typeof tcUrl === 'string' ? tcUrl : undefined,
  }
}

/**
 * The error for a server that says no: what we wanted, and its words. Servers repeat what they were asked for, so all
 * `secrets` in it are blanked.
 */
export function refusedError(
  what: string,
  { code, description }: ServerStatus,
  secrets: readonly string[],
): RefusedError {
  const words = secrets
    .filter(secret => secret !== '')
    .reduce((said, secret) => said.replaceAll(secret, '…'), printable(description))
  const status = printable(code)
  const said = [words === '' ? [] : `"${words}"`, status === '' ? [] : words === '' ? status : `(${status})`].flat()
  return new RefusedError(status, `Cannot ${what}: the server says ${said.length === 0 ? 'no' : said.join(' ')}`)
}

/** One line for logs and terminals, whatever the server sends. */
function printable(words: string): string {
  return words
    .slice(0, longestWords)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
}

function text(value: AmfValue): string {
  return typeof value === 'string' ? value : ''
}
