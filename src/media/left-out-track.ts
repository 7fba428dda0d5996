/** A track of a file that is not read, and why: its number in the words of the container, and words for people. */
export type LeftOutTrack = { readonly trackNumber: number; readonly reason: string }

/** The rule that a file breaks of which no track is read. */
export function nothingIsRead(leftOut: readonly LeftOutTrack[]): string {
  const reasons = leftOut.slice(0, 4).map(({ trackNumber, reason }) => `track ${trackNumber}: ${reason}`)
  return ['it has picture or sound that is carried', ...reasons].join(', but ')
}
