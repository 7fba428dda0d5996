import type { Field } from './field.ts'
import type { Section } from './section.ts'

/** A plain JSON schema. */
export type JsonSchema = { readonly [keyword: string]: unknown }

/** What fields and lists have in common with plain JSON schemas. */
const keywords = ['type', 'description', 'pattern', 'enum', 'minimum', 'maximum', 'maxItems', 'anyOf'] as const

/**
 * The plain JSON schema of documents that are read by a section: what programs may know of it. Stricter checks, such as
 * those of URLs, are in words.
 *
 * @see JSON Schema 2020-12
 */
export function documentSchema(section: Section): JsonSchema {
  const { description, properties } = section
  const hasDefaults = !('isOverrides' in section)
  const entries = Object.entries(properties).map(([name, key]) => [name, keySchema(key as SchemaNode, hasDefaults)])
  const required = Object.entries(properties).flatMap(([name, key]) => ((key as SchemaNode).isRequired ? [name] : []))
  return {
    ...{ type: 'object', description, properties: Object.fromEntries(entries), additionalProperties: false },
    ...(required.length > 0 && { required }),
  }
}

type SchemaNode = Partial<Omit<Field<unknown>, 'type'>> & {
  readonly properties?: Section['properties']
  readonly items?: SchemaNode
}

function keySchema(node: SchemaNode, hasDefaults: boolean): JsonSchema {
  if (node.properties !== undefined) return documentSchema(node as Section)
  const kept = keywords.flatMap(name => (name in node ? [[name, node[name as keyof SchemaNode]]] : []))
  const { form, default: fallback, isRequired, items } = node
  return {
    ...Object.fromEntries(kept),
    ...(form !== undefined && { description: `${node.description ?? ''}: ${form}` }),
    ...(items !== undefined && { items: keySchema(items, hasDefaults) }),
    ...(hasDefaults && isRequired === false && { default: fallback }),
  }
}
