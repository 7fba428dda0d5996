import { defaultValue } from '../config/field.ts'
import type { Decoded } from '../config/section.ts'
import type { DocumentProblem } from '../core/errors.ts'
import type { InputUrl } from '../relay/pull/input-url.ts'
import type { UrlTemplate } from '../relay/url-template.ts'
import { inputKeys } from '../supervisor/config.ts'

/** One input as it was declared. */
export type DeclaredInput = { readonly url: UrlTemplate<InputUrl> } & {
  readonly [Key in keyof typeof inputKeys]: Decoded<(typeof inputKeys)[Key]>
}

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

function ownProblems({ url, reconnect, ...input }: DeclaredInput, at: number): readonly DocumentProblem[] {
  const problems: DocumentProblem[] = []
  const place = `/inputs/${at}`
  if (reconnect.min > reconnect.max) {
    problems.push({ pointer: `${place}/reconnect/min`, detail: 'It must not be longer than max' })
  }
  if (input.headers.length > 0 && !/^https?:/i.test(url.text)) {
    problems.push({ pointer: `${place}/headers`, detail: 'Only requests over HTTP have headers' })
  } else if (headersOf(input) === undefined) {
    problems.push({ pointer: `${place}/headers`, detail: 'It must be a list of lines of the form NAME: VALUE' })
  }
  return problems
}
