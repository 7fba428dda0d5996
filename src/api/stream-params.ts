import Type from 'typebox'

/** The longest name has 255 bytes; all of them may be escaped. */
const longest = 765

/** The name of a stream in a path. */
export const streamParams = Type.Object({
  stream: Type.String({
    maxLength: longest,
    description: 'Name of a stream; its slashes may be written as they are',
    examples: ['live/test'],
  }),
})

export type StreamParams = { Params: { stream: string } }
