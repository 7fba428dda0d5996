import { parseSync } from 'vite'

/** What the rules ask of one source file. */
export type SourceFile = {
  /** Path below the project, with `/`. */
  readonly path: string
  readonly imports: readonly Import[]
  /** Names such as `setTimeout`, what is read on them, such as `Date.now`, and `new Date()`, which reads the clock. */
  readonly names: ReadonlySet<string>
  /** Stable codes of log lines and errors. */
  readonly codes: readonly string[]
}

/** A module named in a source file: `./frame.ts`, `node:net`. */
export type Import = { readonly module: string; readonly typesOnly: boolean }

/** Parse TypeScript into what the rules ask. @throws {Error} If it does not parse. */
export function parseSource(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`Cannot parse ${path}: ${errors[0]?.message}`)
  const nodes = [...nodesUnder(program)]
  return {
    path,
    imports: nodes.map(importOf).filter(isDefined),
    names: new Set(nodes.map(nameOf).filter(isDefined)),
    codes: nodes.map(codeOf).filter(isDefined),
  }
}

type Node = { readonly type: string; readonly [key: string]: unknown }

function* nodesUnder(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const item of value) yield* nodesUnder(item)
  else if (isNode(value)) {
    yield value
    for (const child of Object.values(value)) yield* nodesUnder(child)
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

/** `import … from`, `export … from`, `import()` and the type `import('…')` all name their module in `source`. */
function importOf(node: Node): Import | undefined {
  const module = literalOf(node['source'])
  if (module === undefined) return undefined
  const typesOnly = node.type === 'TSImportType' || [node['importKind'], node['exportKind']].includes('type')
  return { module, typesOnly }
}

function nameOf(node: Node): string | undefined {
  if (node.type === 'Identifier') return String(node['name'])
  if (node.type === 'NewExpression') return isClockReading(node) ? 'new Date()' : undefined
  if (node.type !== 'MemberExpression' || node['computed'] === true) return undefined
  const [object, property] = [node['object'], node['property']]
  return isNode(object) && isNode(property) ? `${String(object['name'])}.${String(property['name'])}` : undefined
}

function isClockReading(node: Node): boolean {
  return isNamed(node['callee'], ['Date']) && firstOf(node['arguments']) === undefined
}

/** `log.warn('RTMP_CLOSED', …)`, and `code = 'ERR_DENIED'` in a class. */
function codeOf(node: Node): string | undefined {
  if (node.type === 'CallExpression') return isLogCall(node['callee']) ? codeIn(firstOf(node['arguments'])) : undefined
  if (node.type === 'PropertyDefinition' && isNamed(node['key'], ['code'])) return codeIn(node['value'])
  return undefined
}

function isLogCall(callee: unknown): boolean {
  return isNode(callee) && isNamed(callee['property'], ['debug', 'info', 'warn', 'error'])
}

function codeIn(node: unknown): string | undefined {
  const text = literalOf(node)
  return text !== undefined && /^[A-Z][A-Z0-9_]+$/.test(text) ? text : undefined
}

function isNamed(node: unknown, names: readonly string[]): boolean {
  return isNode(node) && names.includes(String(node['name']))
}

function literalOf(node: unknown): string | undefined {
  return isNode(node) && node.type === 'Literal' && typeof node['value'] === 'string' ? node['value'] : undefined
}

function firstOf(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined
}

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined
}
