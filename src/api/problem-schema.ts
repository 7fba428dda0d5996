import Type from 'typebox'

/**
 * What every error of the API looks like.
 *
 * @see RFC 9457 §3
 */
export const problemSchema = Type.Object({
  type: Type.String({ default: 'about:blank' }),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.Optional(Type.String()),
  errors: Type.Optional(
    Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() }), {
      description: 'Everything that is wrong with a document: where (RFC 6901) and what',
    }),
  ),
})
