/** The smallest and the largest value allowed, both inclusive, as an operator would write them. */
export type Limits<Value> = { readonly minimum?: Value; readonly maximum?: Value }

/** The end of a form's noun phrase: ", at least 1s and at most 1h". Empty without limits. */
export function limitsPhrase({ minimum, maximum }: Limits<string | number>): string {
  const least = minimum === undefined ? [] : [`at least ${minimum}`]
  const most = maximum === undefined ? [] : [`at most ${maximum}`]
  const phrase = [...least, ...most].join(' and ')
  return phrase === '' ? '' : `, ${phrase}`
}
