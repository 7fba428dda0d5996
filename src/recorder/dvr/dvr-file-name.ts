/** What a file in the folder of an hour is. */
export type DvrFile =
  | { readonly type: 'segment'; readonly rendition: string; readonly number: number }
  /** For the segments of this number and those behind it, up to the next one. */
  | { readonly type: 'init'; readonly rendition: string; readonly period: number; readonly number: number }

const form = /^([a-z]+(?:-[2-9]\d?)?)(?:-init-(\d{1,15}))?-(\d{1,15})\.m4s$/

export function formatDvrFile(file: DvrFile): string {
  const { rendition, number } = file
  return file.type === 'init' ? `${rendition}-init-${file.period}-${number}.m4s` : `${rendition}-${number}.m4s`
}

/** `undefined` for a name of no such form. */
export function parseDvrFile(name: string): DvrFile | undefined {
  const [, rendition, period, digits] = form.exec(name) ?? []
  if (rendition === undefined) return undefined
  const number = Number(digits)
  return period === undefined
    ? { type: 'segment', rendition, number }
    : { type: 'init', rendition, period: Number(period), number }
}
