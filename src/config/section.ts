import Type, { type TSchema } from 'typebox'
import type { Field } from './field.ts'

/** The keys of one section: fields, and sections inside it. */
export type SectionKeys = Readonly<Record<string, Field<unknown> | Section>>

/** A group of keys, one map of the configuration file. Also the whole configuration. */
export type Section<Keys = Record<string, TSchema>> = TSchema & {
  readonly type: 'object'
  readonly properties: Keys
  readonly description?: string
}

/** What the server reads: the section with every field replaced by its value. */
export type Decoded<Schema> =
  Schema extends Field<infer Value>
    ? Value
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
