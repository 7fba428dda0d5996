import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import type { TLocalizedValidationError } from 'typebox/error'
import { Compile } from 'typebox/schema'

/**
 * For routes whose body is a document that says itself what is wrong with it, all at once: its schema is there to be
 * shown. The other parts of the request are checked as ever.
 */
export const readByItself: { readonly validatorCompiler: FastifySchemaCompiler<TSchema> } = {
  validatorCompiler: ({ schema, httpPart = 'request' }) => {
    if (httpPart === 'body') return () => true
    const validator = Compile(schema)
    return (value: unknown) => {
      const [isRight, errors] = validator.Errors(value)
      if (isRight) return true
      return { error: new Error(`Cannot read the request: ${httpPart}${wordsOf(errors)}`) }
    }
  },
}

/** The first that is wrong; of what is not known, the name. */
function wordsOf(errors: readonly TLocalizedValidationError[]): string {
  for (const error of errors) {
    if (error.keyword === 'additionalProperties') {
      return `${error.instancePath} has no ${error.params.additionalProperties.join(', ')}`
    }
  }
  return `${errors[0]?.instancePath} ${errors[0]?.message}`
}
