import { type Document, isScalar, LineCounter, parseDocument, type Scalar, visit } from 'yaml'
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
  const lineCounter = new LineCounter()
  const lineAt = (offset = 0): number => lineCounter.linePos(offset).line
  // The parser compares each key with all before it: minutes for a map with as many as fit into a request.
  const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false, logLevel: 'error' })
  const [flaw] = [...document.errors, ...document.warnings]
  if (flaw !== undefined) throw wrongFile(`line ${lineAt(flaw.pos[0])} is no YAML (${flaw.code})`)
  const repeated = findRepeatedKey(document)
  if (repeated !== undefined) throw wrongFile(`line ${lineAt(repeated.range?.[0])} is no YAML (DUPLICATE_KEY)`)
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown
  } catch {
    throw wrongFile('its aliases cannot be followed')
  }
}

/** The first key that stands twice in its map. */
function findRepeatedKey(document: Document): Scalar | undefined {
  let repeated: Scalar | undefined
  visit(document, {
    Map: (_key, { items }) => {
      const names = new Set<string>()
      repeated = items
        .map(({ key }) => key)
        .filter(isScalar)
        .find(({ value }) => !isNew(names, String(value)))
      return repeated && visit.BREAK
    },
  })
  return repeated
}

function isNew(names: Set<string>, name: string): boolean {
  const { size } = names
  return names.add(name).size > size
}
