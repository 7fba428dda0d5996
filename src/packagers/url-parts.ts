/** What stands before the question mark. */
export function pathOf(url: string): string {
  const question = url.indexOf('?')
  return question === -1 ? url : url.slice(0, question)
}

/** What follows the question mark; `undefined` if there is none. */
export function queryOf(url: string): URLSearchParams | undefined {
  const question = url.indexOf('?')
  return question === -1 ? undefined : new URLSearchParams(url.slice(question + 1))
}
