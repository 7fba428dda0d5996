import { defaultValue } from '../config/field.ts'
import type { DocumentProblem } from '../core/errors.ts'
import { inputKeys } from '../supervisor/config.ts'
import type { DeclaredInput } from './declared-input.ts'
import { optionProblems } from './input-options.ts'

const noPriority = defaultValue(inputKeys.priority)

/** What does not fit together in the inputs of one stream. */
export function inputProblems(inputs: readonly DeclaredInput[]): readonly DocumentProblem[] {
  return [...priorityProblems(inputs), ...inputs.flatMap(ownProblems)]
}

/** The headers of requests, by name; `undefined` if a line is none. */
export function headersOf({ headers }: Pick<DeclaredInput, 'headers'>): Readonly<Record<string, string>> | undefined {
  const pairs = headers.map(line => /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([\t\x20-\x7e]*)$/.exec(line))
  if (pairs.some(pair => pair === null)) return undefined
  return Object.fromEntries(pairs.map(pair => [pair?.[1] ?? '', pair?.[2] ?? '']))
}

function priorityProblems(inputs: readonly DeclaredInput[]): readonly DocumentProblem[] {
  const haveNone = inputs.every(({ priority }) => priority === noPriority)
  if (haveNone) return []
  return inputs.flatMap(({ priority }, at) => {
    const pointer = `/inputs/${at}/priority`
    if (priority === noPriority) return { pointer, detail: 'It is missing: all inputs have a priority, or none has' }
    const first = inputs.findIndex(other => other.priority === priority)
    return first === at
      ? []
      : { pointer, detail: `It must be another than that of input ${first}, is ${priority} as well` }
  })
}

function ownProblems(input: DeclaredInput, at: number): readonly DocumentProblem[] {
  const place = `/inputs/${at}`
  const problems = [...optionProblems(input, place)]
  const { reconnect } = input
  if (reconnect.min > reconnect.max) {
    problems.push({ pointer: `${place}/reconnect/min`, detail: 'It must not be longer than max' })
  }
  if (headersOf(input) === undefined) {
    problems.push({ pointer: `${place}/headers`, detail: 'It must be a list of lines of the form NAME: VALUE' })
  }
  return problems
}
