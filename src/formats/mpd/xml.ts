/** One element of an XML document. Attributes that are `undefined` are left out. */
export type XmlElement = {
  readonly name: string
  readonly attributes?: Readonly<Record<string, string | number | boolean | undefined>>
  /** Elements, or text alone. */
  readonly content?: readonly XmlElement[] | string
}

/** The text of a document, one element a line. */
export function formatXml(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${[...linesOf(root, '')].join('\n')}\n`
}

function* linesOf({ name, attributes = {}, content = [] }: XmlElement, indent: string): Generator<string> {
  const told = Object.entries(attributes).filter(([, value]) => value !== undefined)
  const head = [name, ...told.map(([key, value]) => `${key}="${escapeXml(String(value))}"`)].join(' ')
  if (content.length === 0) yield `${indent}<${head}/>`
  else if (typeof content === 'string') yield `${indent}<${head}>${escapeXml(content)}</${name}>`
  else {
    yield `${indent}<${head}>`
    for (const child of content) yield* linesOf(child, `${indent}  `)
    yield `${indent}</${name}>`
  }
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** What XML 1.0 §2.2 allows in no form is left out. */
function escapeXml(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are the characters that no document may have
  return text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '').replace(/[&<>"]/g, char => entities[char] ?? char)
}
