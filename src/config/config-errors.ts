import { ConfigError, ServerError } from '../core/errors.ts'
import { nearest } from './nearest.ts'
import type { Setting } from './setting.ts'

/** The command line is wrong: the same as a wrong key, but the command ends as a usage error. */
export class FlagError extends ConfigError {}

/** Everything that is wrong with a configuration, so that one attempt shows it all. */
export class ConfigErrors extends ServerError {
  readonly code = 'ERR_CONFIG'
  readonly problems: readonly ConfigError[]

  constructor(problems: readonly ConfigError[]) {
    super(problems.map(problem => problem.message).join('\n'))
    this.problems = problems
  }
}

/**
 * The value of `setting` is not of its field's form. A secret value stays out of the message.
 *
 * @param problem What is wrong, if the field knows more than its form.
 */
export function wrongValue({ key, written, origin }: Setting, problem?: string): ConfigError {
  const shown = key.field.secret ? 'not shown' : JSON.stringify(written)
  const rule = problem === undefined ? `it must be ${key.field.form}, is ${shown}` : lowerFirst(problem)
  switch (origin.from) {
    case 'file':
      return new ConfigError(
        key.path,
        `Cannot use ${key.path} at ${origin.file}:${origin.line}:${origin.column}: ${rule}`,
      )
    case 'environment':
      return new ConfigError(key.path, `Cannot use ${origin.variable}: ${rule}`)
    case 'flag':
      return new FlagError(key.path, `Cannot use ${origin.flag}: ${rule}`)
    case 'default':
      throw new RangeError(`Cannot use ${key.path}: its own default is wrong`)
  }
}

/** For a sentence that goes on in another. */
export function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

/** ": did you mean X?" for the known name nearest to a wrong one, else ": " and what to do instead. */
export function hint(name: string, known: readonly string[], otherwise: string): string {
  const meant = nearest(name, known)
  return meant === undefined ? `: ${otherwise}` : `: did you mean ${meant}?`
}
