/** A media playlist as a reader sees it: each line is known, or `unknown` tells it. Source: RFC 8216bis §4. */
export type ReadPlaylist = {
  readonly version: number | undefined
  readonly targetDuration: number | undefined
  readonly mediaSequence: number
  readonly discontinuitySequence: number
  readonly isIndependent: boolean
  readonly isEnded: boolean
  readonly serverControl: Attributes | undefined
  readonly partTarget: number | undefined
  readonly skipped: number
  readonly segments: readonly ReadSegment[]
  /** Of the segment that has no URI yet. */
  readonly openParts: readonly ReadPart[]
  readonly preloadHint: string | undefined
  readonly reports: readonly Attributes[]
  readonly dateRanges: readonly Attributes[]
  /** Tags that may be there once, and are there more often; tags behind the first segment that belong before it. */
  readonly misplaced: readonly string[]
  readonly unknown: readonly string[]
}

export type Attributes = ReadonlyMap<string, string>

export type ReadSegment = {
  readonly number: number
  readonly discontinuity: number
  readonly uri: string
  readonly duration: number
  readonly isDiscontinuity: boolean
  readonly isGap: boolean
  readonly map: string | undefined
  /** Attributes of the last EXT-X-KEY before it; `undefined` if there is none. */
  readonly key: string | undefined
  /** The same of its map. */
  readonly mapKey: string | undefined
  readonly programDateTime: number | undefined
  readonly parts: readonly ReadPart[]
}

export type ReadPart = { readonly uri: string; readonly duration: number; readonly isIndependent: boolean }

/** Tags that are told once, before the first segment. Source: RFC 8216bis §4.4.3. */
const headTags = new Set([
  'EXT-X-VERSION',
  'EXT-X-TARGETDURATION',
  'EXT-X-MEDIA-SEQUENCE',
  'EXT-X-DISCONTINUITY-SEQUENCE',
  'EXT-X-INDEPENDENT-SEGMENTS',
  'EXT-X-SERVER-CONTROL',
  'EXT-X-PART-INF',
  'EXT-X-PLAYLIST-TYPE',
  'EXT-X-SKIP',
])

type Pending = { duration?: number; isDiscontinuity: boolean; isGap: boolean; pdt?: number; parts: ReadPart[] }

/** Read the text line by line. What it means to break a rule is for others to say. */
export function readPlaylist(text: string): ReadPlaylist {
  const heads = new Map<string, string>()
  const misplaced: string[] = []
  const unknown: string[] = []
  const segments: ReadSegment[] = []
  const reports: Attributes[] = []
  const dateRanges: Attributes[] = []
  let pending: Pending = { isDiscontinuity: false, isGap: false, parts: [] }
  let [map, key, mapKey, hint]: (string | undefined)[] = []
  let isEnded = false
  let discontinuities = 0
  const skipped = (): number => Number(readAttributes(heads.get('EXT-X-SKIP') ?? '').get('SKIPPED-SEGMENTS') ?? 0)

  for (const line of text.split('\n').slice(1, -1)) {
    // A comment: RFC 8216bis §4.1.
    if (/^#(?!EXT)/.test(line)) continue
    const { tag, value } = tagOf(line)
    if (headTags.has(tag)) {
      if (heads.has(tag) || segments.length > 0 || pending.parts.length > 0) misplaced.push(tag)
      heads.set(tag, value)
    } else if (tag === '') {
      if (pending.isDiscontinuity) discontinuities++
      const { duration = Number.NaN, isDiscontinuity, isGap, parts, pdt } = pending
      const number = Number(heads.get('EXT-X-MEDIA-SEQUENCE') ?? 0) + skipped() + segments.length
      const discontinuity = Number(heads.get('EXT-X-DISCONTINUITY-SEQUENCE') ?? 0) + discontinuities
      const facts = { number, discontinuity, uri: line, duration, isDiscontinuity, isGap, map, key, mapKey, parts }
      segments.push({ ...facts, programDateTime: pdt })
      pending = { isDiscontinuity: false, isGap: false, parts: [] }
    } else if (tag === 'EXTINF') pending.duration = Number(value.slice(0, -1))
    else if (tag === 'EXT-X-DISCONTINUITY') pending.isDiscontinuity = true
    else if (tag === 'EXT-X-GAP') pending.isGap = true
    else if (tag === 'EXT-X-PROGRAM-DATE-TIME') pending.pdt = Date.parse(value)
    else if (tag === 'EXT-X-PART') pending.parts.push(partOf(readAttributes(value)))
    else if (tag === 'EXT-X-MAP') [map, mapKey] = [readAttributes(value).get('URI'), key]
    else if (tag === 'EXT-X-KEY') key = value
    else if (tag === 'EXT-X-PRELOAD-HINT') hint = readAttributes(value).get('URI')
    else if (tag === 'EXT-X-RENDITION-REPORT') reports.push(readAttributes(value))
    else if (tag === 'EXT-X-DATERANGE') dateRanges.push(readAttributes(value))
    else if (tag === 'EXT-X-ENDLIST') isEnded = true
    else unknown.push(line)
  }
  const control = heads.get('EXT-X-SERVER-CONTROL')
  const partTarget = readAttributes(heads.get('EXT-X-PART-INF') ?? '').get('PART-TARGET')
  return {
    version: numberOf(heads.get('EXT-X-VERSION')),
    targetDuration: numberOf(heads.get('EXT-X-TARGETDURATION')),
    mediaSequence: Number(heads.get('EXT-X-MEDIA-SEQUENCE') ?? 0),
    discontinuitySequence: Number(heads.get('EXT-X-DISCONTINUITY-SEQUENCE') ?? 0),
    isIndependent: heads.has('EXT-X-INDEPENDENT-SEGMENTS'),
    isEnded,
    serverControl: control === undefined ? undefined : readAttributes(control),
    partTarget: numberOf(partTarget),
    skipped: skipped(),
    segments,
    openParts: pending.parts,
    preloadHint: hint,
    reports,
    dateRanges,
    misplaced,
    unknown,
  }
}

/** Attributes of a tag; quotation marks are left out. Source: RFC 8216bis §4.2. */
export function readAttributes(value: string): Attributes {
  const list = value.matchAll(/([A-Z0-9-]+)=(?:"([^"]*)"|([^",]*))(?:,|$)/g)
  return new Map([...list].map(([, name = '', quoted, plain = '']) => [name, quoted ?? plain]))
}

/** An empty tag for a URI. */
function tagOf(line: string): { tag: string; value: string } {
  const [, tag = '', value = ''] = /^#(EXT[A-Z0-9-]*)(?::(.*))?$/.exec(line) ?? []
  return { tag, value }
}

function partOf(attributes: Attributes): ReadPart {
  const duration = Number(attributes.get('DURATION') ?? Number.NaN)
  return { uri: attributes.get('URI') ?? '', duration, isIndependent: attributes.get('INDEPENDENT') === 'YES' }
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}
