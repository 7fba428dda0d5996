/** Which piece of a rendition a file of a stream is. */
export type SegmentFile =
  | { readonly type: 'init'; readonly rendition: string; readonly period: number }
  | { readonly type: 'segment'; readonly rendition: string; readonly number: number }
  /** The segment that begins at a decode time, in ticks of the track: how DASH calls it. */
  | { readonly type: 'time'; readonly rendition: string; readonly time: number }
  | { readonly type: 'part'; readonly rendition: string; readonly number: number; readonly part: number }

const renditionName = /^(?:(?:video|audio)(?:-[2-9]\d?)?|muxed|ts)$/
const fileName = /^(.+?)-(init-|t)?(\d{1,16})(?:\.(\d{1,5}))?\.(?:m4s|ts)$/

/** What a file name of a stream means; `undefined` for one of no such form. */
export function parseSegmentFile(name: string): SegmentFile | undefined {
  const [, rendition = '', init, digits = '', part] = fileName.exec(name) ?? []
  if (!renditionName.test(rendition)) return undefined
  const number = Number(digits)
  if (!Number.isSafeInteger(number)) return undefined
  if (init !== undefined && part !== undefined) return undefined
  if (init === 'init-') return { type: 'init', rendition, period: number }
  if (init === 't') return { type: 'time', rendition, time: number }
  if (part !== undefined) return { type: 'part', rendition, number, part: Number(part) }
  return { type: 'segment', rendition, number }
}

/** The name of a file, relative to the folder of its stream. */
export function formatSegmentFile(file: SegmentFile): string {
  const { rendition } = file
  switch (file.type) {
    case 'init':
      return `${rendition}-init-${file.period}.m4s`
    case 'segment':
      return `${rendition}-${file.number}${extensionOf(rendition)}`
    case 'time':
      return `${rendition}-t${file.time}.m4s`
    case 'part':
      return `${rendition}-${file.number}.${file.part}${extensionOf(rendition)}`
  }
}

export function isRenditionName(text: string): boolean {
  return renditionName.test(text)
}

function extensionOf(rendition: string): string {
  return rendition === 'ts' ? '.ts' : '.m4s'
}
