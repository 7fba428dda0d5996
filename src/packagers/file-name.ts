import type { KeyName } from './segment-keys.ts'

/** Which piece of a rendition a file of a stream is. */
export type SegmentFile =
  | { readonly type: 'init'; readonly rendition: string; readonly period: number }
  | {
      readonly type: 'segment'
      readonly rendition: string
      readonly number: number
      /** What it is encrypted with; `undefined` if it is in the clear. */
      readonly key?: KeyName
    }
  /** The segment that begins at a decode time, in ticks of the track: how DASH calls it. */
  | { readonly type: 'time'; readonly rendition: string; readonly time: number }
  | { readonly type: 'part'; readonly rendition: string; readonly number: number; readonly part: number }

const renditionName = /^(?:(?:video|audio)(?:-[2-9]\d?)?|muxed|ts)$/
const fileName = /^(.+?)-(init-|t)?(\d{1,16})(?:\.(\d{1,5})|-k(\d{1,16})-([0-9a-f]{8}))?\.(?:m4s|ts)$/
const keyFileName = /^key-(\d{1,16})-([0-9a-f]{8})\.key$/

/** What a file name of a stream means; `undefined` for one of no such form. Caches know each file by one name. */
export function parseSegmentFile(name: string): SegmentFile | undefined {
  const file = readFileName(name)
  return file !== undefined && formatSegmentFile(file) === name ? file : undefined
}

function readFileName(name: string): SegmentFile | undefined {
  const [, rendition = '', init, digits = '', part, from, sign] = fileName.exec(name) ?? []
  if (!renditionName.test(rendition)) return undefined
  const number = Number(digits)
  if (!Number.isSafeInteger(number)) return undefined
  if (init !== undefined && (part !== undefined || sign !== undefined)) return undefined
  if (init === 'init-') return { type: 'init', rendition, period: number }
  if (init === 't') return { type: 'time', rendition, time: number }
  if (part !== undefined) return { type: 'part', rendition, number, part: Number(part) }
  const key = readKeyName(from, sign)
  return { type: 'segment', rendition, number, ...(key !== undefined && { key }) }
}

/** The key that a file of a stream is; `undefined` for a name of no such form. */
export function parseKeyFile(name: string): KeyName | undefined {
  const [, from, sign] = keyFileName.exec(name) ?? []
  return readKeyName(from, sign)
}

function readKeyName(from: string | undefined, sign: string | undefined): KeyName | undefined {
  return from === undefined || sign === undefined ? undefined : { from: Number(from), sign }
}

/** The name of a file, relative to the folder of its stream. */
export function formatSegmentFile(file: SegmentFile): string {
  const { rendition } = file
  switch (file.type) {
    case 'init':
      return `${rendition}-init-${file.period}.m4s`
    case 'segment':
      return `${rendition}-${file.number}${file.key ? `-k${formatKeyName(file.key)}` : ''}${extensionOf(rendition)}`
    case 'time':
      return `${rendition}-t${file.time}.m4s`
    case 'part':
      return `${rendition}-${file.number}.${file.part}${extensionOf(rendition)}`
  }
}

/** The name of the file of a key. */
export function formatKeyFile(key: KeyName): string {
  return `key-${formatKeyName(key)}.key`
}

function formatKeyName({ from, sign }: KeyName): string {
  return `${from}-${sign}`
}

export function isRenditionName(text: string): boolean {
  return renditionName.test(text)
}

/** The order of renditions in lists, where the first sound is what players begin with: as their tracks are numbered. */
export function compareRenditions(a: string, b: string): number {
  return rankOf(a) - rankOf(b)
}

function rankOf(rendition: string): number {
  const [kind, number = '1'] = rendition.split('-')
  return (kind === 'video' ? 0 : 1000) + Number(number)
}

function extensionOf(rendition: string): string {
  return rendition === 'ts' ? '.ts' : '.m4s'
}
