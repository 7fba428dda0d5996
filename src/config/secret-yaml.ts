import { parseDocument } from 'yaml'
import type { ServerError } from '../core/errors.ts'

/** Makes the error that says which rule the file breaks. */
export type WrongFile = (rule: string) => ServerError

/**
 * Parse YAML, of which JSON is a part, that holds secrets: the parser's own messages quote what they stumble over, so
 * they are not passed on.
 *
 * @throws What `wrongFile` makes of words that name the line and show nothing of it.
 */
export function parseSecretYaml(text: string, wrongFile: WrongFile): unknown {
  const document = parseDocument(text, { prettyErrors: true, logLevel: 'error' })
  const [flaw] = [...document.errors, ...document.warnings]
  if (flaw !== undefined) throw wrongFile(`line ${flaw.linePos?.[0].line ?? 1} is no YAML (${flaw.code})`)
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown
  } catch {
    throw wrongFile('its aliases cannot be followed')
  }
}
