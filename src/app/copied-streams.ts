import type { DocumentProblem } from '../core/errors.ts'
import type { StreamDeclaration } from './stream-declaration.ts'

type Inputs = Pick<StreamDeclaration, 'inputs'>

/** Inputs of a stream that fit neither its name nor the other streams. */
export function namingProblems(
  name: string,
  declaration: Inputs,
  others: ReadonlyMap<string, Inputs>,
): readonly DocumentProblem[] {
  return [...doorProblems(name, declaration), ...copyProblems(name, declaration, others)]
}

/** Who publishes here does so under the name of the stream. */
function doorProblems(name: string, { inputs }: Inputs): readonly DocumentProblem[] {
  return inputs.flatMap(({ url }, at) => {
    const target = url.urlFor(name)
    if (target.protocol !== 'publish' || target.stream === undefined || target.stream === name) return []
    const detail = `What is published there is another stream: it must be ${name}, is ${target.stream}`
    return { pointer: `/inputs/${at}/url`, detail }
  })
}

/** Inputs of a stream that are copies of the stream itself, by way of others or at once. */
export function copyProblems(
  name: string,
  declaration: Inputs,
  others: ReadonlyMap<string, Inputs>,
): readonly DocumentProblem[] {
  const declared = new Map([...others, [name, declaration]])
  return copiesOf(name, declaration).flatMap(({ at, stream }) => {
    const way = wayBetween(stream, name, declared)
    if (way === undefined) return []
    const detail = `A stream cannot be a copy of itself: ${[name, ...way].join(' copies ')}`
    return { pointer: `/inputs/${at}/url`, detail }
  })
}

/** The streams from one to another, each a copy of the next; `undefined` if there is no such way. */
function wayBetween(
  from: string,
  to: string,
  declared: ReadonlyMap<string, Inputs>,
  seen = new Set<string>(),
): readonly string[] | undefined {
  if (from === to) return [to]
  if (seen.has(from)) return undefined
  seen.add(from)
  for (const { stream } of copiesOf(from, declared.get(from))) {
    const rest = wayBetween(stream, to, declared, seen)
    if (rest !== undefined) return [from, ...rest]
  }
  return undefined
}

function copiesOf(name: string, declaration: Inputs | undefined): readonly { at: number; stream: string }[] {
  return (declaration?.inputs ?? []).flatMap(({ url }, at) => {
    const target = url.urlFor(name)
    return target.protocol === 'copy' ? { at, stream: target.stream } : []
  })
}
