import Type, { type TSchema } from 'typebox'
import type { DocumentProblem } from '../core/errors.ts'
import type { Field } from './field.ts'

/** The keys of one section: fields, sections inside it, and maps of entries; in documents lists and overrides too. */
export type SectionKeys = Readonly<
  Record<string, Field<unknown> | Section | EntryMap | DocumentMap | SectionList | Overrides>
>

/** The keys of one entry of a map. */
export type EntryKeys = Readonly<Record<string, Field<unknown>>>

/** A group of keys, one map of the configuration file. Also the whole configuration. */
export type Section<Keys = Record<string, TSchema>> = TSchema & {
  readonly type: 'object'
  readonly properties: Keys
  readonly description?: string
  /** What has to fit together. Only documents are held to it. */
  readonly rule?: (value: never) => readonly DocumentProblem[]
  /** Keys that others have and that may come: documents are told so. */
  readonly notYet?: readonly string[]
}

/** How the names of a map's entries look. */
export type NameForm<Name> = {
  /** The allowed form as a noun phrase: "a stream name such as live/test". */
  readonly form: string
  /** How the name stands in for all names on the reference page: `PATTERN`. */
  readonly placeholder: string
  /** `undefined` if `text` is not of the form. */
  readonly parse: (text: string) => Name | undefined
}

/**
 * A map of the file whose keys are names of the operator's choice. What an entry leaves out is missing from its values.
 * Variables and flags cannot name an entry.
 */
export type EntryMap<Name = unknown, Keys = Record<string, Field<unknown>>> = TSchema & {
  readonly type: 'object'
  readonly description?: string
  readonly nameForm: NameForm<Name>
  readonly additionalProperties: Section<Keys>
}

/**
 * A map of the file whose keys are names of the operator's choice, and whose entries are documents as the API takes
 * them. Variables and flags cannot name an entry.
 */
export type DocumentMap = TSchema & {
  readonly type: 'object'
  readonly description?: string
  readonly nameForm: NameForm<string>
  readonly document: Section
}

/** One document of a map, in the order of the file. It is one that can be read. */
export type NamedDocument = { readonly name: string; readonly document: Readonly<Record<string, unknown>> }

/** Sections one after another. Only documents have them: neither variables nor flags can name an item. */
export type SectionList<Keys = Record<string, TSchema>> = TSchema & {
  readonly type: 'array'
  readonly description?: string
  readonly items: Section<Keys>
  readonly maxItems: number
  /** The key that an item stands for which is a text and no section. */
  readonly shorthand?: string
}

/** A section whose keys have no defaults: what is left out is missing from its value. Only documents have them. */
export type Overrides<Keys = Record<string, TSchema>> = Section<Keys> & { readonly isOverrides: true }

/** One entry of a map, in the order of the file. */
export type DecodedEntry<Name, Keys> = {
  readonly name: Name
  readonly values: { readonly [Key in keyof Keys]?: Decoded<Keys[Key]> }
}

/** What the server reads: the section with every field replaced by its value. */
export type Decoded<Schema> =
  Schema extends Field<infer Value>
    ? Value
    : Schema extends DocumentMap
      ? readonly NamedDocument[]
      : Schema extends EntryMap<infer Name, infer Keys>
        ? readonly DecodedEntry<Name, Keys>[]
        : Schema extends SectionList<infer Keys>
          ? readonly { readonly [Key in keyof Keys]: Decoded<Keys[Key]> }[]
          : Schema extends Overrides<infer Keys>
            ? { readonly [Key in keyof Keys]?: Decoded<Keys[Key]> }
            : Schema extends Section<infer Keys>
              ? { readonly [Key in keyof Keys]: Decoded<Keys[Key]> }
              : never

/**
 * A section of the configuration. A feature keeps its own beside itself, and `app` puts them together:
 *
 *     export const rtmpConfig = defineSection('RTMP server', {
 *       listen: listenAddress({ default: ':1935', description: 'TCP address; "" switches RTMP off' }),
 *       handshakeTimeout: duration({ default: '5s', description: 'Time from accept to the connect command' }),
 *     })
 *     export type RtmpConfig = Decoded<typeof rtmpConfig>
 */
export function defineSection<Keys extends SectionKeys>(description: string, keys: Keys): Section<Keys> {
  return Type.Object(keys, { description, additionalProperties: false })
}

/** A section whose values have to fit together: `rule` says what does not, and where. It must be that of a document. */
export function withRule<Keys extends SectionKeys>(
  section: Section<Keys>,
  rule: (value: Decoded<Section<Keys>>) => readonly DocumentProblem[],
): Section<Keys> {
  return Object.assign(section, { rule })
}

/** A section that some keys are expected of which are not supported yet. It must be that of a document. */
export function withNotYet<Keys extends SectionKeys>(
  section: Section<Keys>,
  ...notYet: readonly string[]
): Section<Keys> {
  return Object.assign(section, { notYet })
}

/** A map of entries that all have the keys of one section, each of them optional. */
export function defineEntryMap<Name, Keys extends EntryKeys>(
  description: string,
  nameForm: NameForm<Name>,
  keys: Keys,
): EntryMap<Name, Keys> {
  const entry = defineSection(`One entry of: ${description}`, keys)
  return Object.assign(Type.Unsafe<unknown>({ type: 'object', additionalProperties: entry }), {
    type: 'object' as const,
    description,
    nameForm,
    additionalProperties: entry,
  })
}

/** A list of sections that all have the same keys. */
export function defineList<Keys extends SectionKeys>(
  description: string,
  keys: Keys,
  limits: { readonly maxItems: number; readonly shorthand?: keyof Keys & string },
): SectionList<Keys> {
  const items = defineSection(`One of: ${description}`, keys)
  return Object.assign(Type.Unsafe<unknown>({}), { type: 'array' as const, description, items, ...limits })
}

/** A section that changes single keys of something that holds otherwise. */
export function defineOverrides<Keys extends EntryKeys>(description: string, keys: Keys): Overrides<Keys> {
  return Object.assign(defineSection(description, keys), { isOverrides: true as const })
}

/** A map of documents that are all read by one section. */
export function defineDocumentMap(description: string, nameForm: NameForm<string>, document: Section): DocumentMap {
  const schema = Type.Unsafe<unknown>({ type: 'object', additionalProperties: document })
  return Object.assign(schema, { type: 'object' as const, description, nameForm, document })
}
