import Type, { type Static } from 'typebox'

/** What the server adds to what somebody has declared. Ignored when it is sent back. */
const addedMembers = {
  name: Type.String(),
  origin: Type.Enum(['file', 'api'], {
    description: 'file: the configuration declares it, and the API cannot change it',
  }),
  problems: Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() }), {
    description: 'Why what is kept is not in force; empty if it is',
  }),
}

/** Names of the members that the server adds. */
export const addedNames: readonly string[] = Object.keys(addedMembers)

/** What was declared: its members, secrets hidden, and what the server adds. */
export const declaredSchema = Type.Object(addedMembers, { additionalProperties: true })

export type DeclaredView = Static<typeof declaredSchema>
