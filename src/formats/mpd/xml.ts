/** One element of an XML document. Attributes that are `undefined` are left out. */
export type XmlElement = {
  readonly name: string
  readonly attributes?: Readonly<Record<string, string | number | boolean | undefined>>
  /** Elements, at least one where they are not in an array, or text alone. */
  readonly content?: Iterable<XmlElement> | string
}

/** The text of a document, one element a line. */
export function formatXml(root: XmlElement): string {
  return [...xmlPieces(root, Number.POSITIVE_INFINITY)].join('')
}

/** The same text in pieces of so many lines. */
export function* xmlPieces(root: XmlElement, linesAtOnce: number): Generator<string> {
  let piece = '<?xml version="1.0" encoding="UTF-8"?>\n'
  let count = 0
  for (const line of linesOf(root, '')) {
    piece += `${line}\n`
    if (++count % linesAtOnce > 0) continue
    yield piece
    piece = ''
  }
  yield piece
}

function* linesOf({ name, attributes = {}, content = [] }: XmlElement, indent: string): Generator<string> {
  const head = `${indent}<${name}${attributesText(attributes)}`
  if (Array.isArray(content) && content.length === 0) yield `${head}/>`
  else if (typeof content === 'string') yield `${head}>${escapeXml(content)}</${name}>`
  else {
    yield `${head}>`
    for (const child of content) yield* linesOf(child, `${indent}  `)
    yield `${indent}</${name}>`
  }
}

function attributesText(attributes: NonNullable<XmlElement['attributes']>): string {
  let text = ''
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) text += ` ${key}="${typeof value === 'string' ? escapeXml(value) : value}"`
  }
  return text
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** What XML 1.0 §2.2 allows in no form is left out. */
function escapeXml(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are the characters that no document may have
  return text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '').replace(/[&<>"]/g, char => entities[char] ?? char)
}
