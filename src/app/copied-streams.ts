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
  const inputsOf = (stream: string): Inputs | undefined => (stream === name ? declaration : others.get(stream))
  return copiesOf(name, declaration).flatMap(({ at, stream }) => {
    const way = wayBetween(stream, name, inputsOf)
    if (way === undefined) return []
    const detail = `A stream cannot be a copy of itself: ${[name, ...way].join(' copies ')}`
    return { pointer: `/inputs/${at}/url`, detail }
  })
}

/** The streams from one to another by the shortest way, each a copy of the next; `undefined` if there is no way. */
function wayBetween(
  from: string,
  to: string,
  inputsOf: (stream: string) => Inputs | undefined,
): readonly string[] | undefined {
  const copiedBy = new Map<string, string | undefined>([[from, undefined]])
  // What is found on the way is looked at in its turn.
  for (const stream of copiedBy.keys()) {
    if (stream === to) return wayBack(to, copiedBy)
    for (const copied of copiesOf(stream, inputsOf(stream))) {
      if (!copiedBy.has(copied.stream)) copiedBy.set(copied.stream, stream)
    }
  }
  return undefined
}

function wayBack(to: string, copiedBy: ReadonlyMap<string, string | undefined>): readonly string[] {
  const way = [to]
  for (let before = copiedBy.get(to); before !== undefined; before = copiedBy.get(before)) way.push(before)
  return way.reverse()
}

function copiesOf(name: string, declaration: Inputs | undefined): readonly { at: number; stream: string }[] {
  return (declaration?.inputs ?? []).flatMap(({ url }, at) => {
    const target = url.urlFor(name)
    return target.protocol === 'copy' ? { at, stream: target.stream } : []
  })
}
