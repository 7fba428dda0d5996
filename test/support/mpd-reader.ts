/** An MPD as a reader sees it. Source: ISO/IEC 23009-1 §5.3. */
export type ReadMpd = {
  readonly attributes: Attributes
  /** Seconds. */
  readonly maxSegment: number
  readonly hasTiming: boolean
  /** Milliseconds. */
  readonly latencyTarget: number | undefined
  readonly periods: readonly ReadPeriod[]
}

export type Attributes = ReadonlyMap<string, string>

export type ReadPeriod = {
  readonly id: string
  /** Seconds. */
  readonly start: number
  readonly representations: readonly ReadRepresentation[]
}

/** With the adaptation set that it is in. */
export type ReadRepresentation = {
  readonly attributes: Attributes
  readonly set: Attributes
  readonly template: Attributes
  readonly hasChannels: boolean
  readonly segments: readonly { readonly time: number; readonly duration: number }[]
}

/** Read what the rules are about, element by element. */
export function readMpd(text: string): ReadMpd {
  const attributes = openings(text, 'MPD')[0] ?? new Map()
  const [latency] = openings(text, 'Latency')
  return {
    attributes,
    maxSegment: secondsOf(attributes.get('maxSegmentDuration')),
    hasTiming: /<UTCTiming [^>]*\/>\s*<\/MPD>/.test(text),
    latencyTarget: latency === undefined ? undefined : Number(latency.get('target')),
    periods: elements(text, 'Period').map(readPeriod),
  }
}

function readPeriod(text: string): ReadPeriod {
  const attributes = openings(text, 'Period')[0] ?? new Map<string, string>()
  const sets = elements(text, 'AdaptationSet')
  const representations = sets.flatMap(set => {
    const [own = new Map<string, string>()] = openings(set, 'AdaptationSet')
    return elements(set, 'Representation').map(one => readRepresentation(one, own))
  })
  return { id: attributes.get('id') ?? '', start: secondsOf(attributes.get('start')), representations }
}

function readRepresentation(text: string, set: Attributes): ReadRepresentation {
  const none: Attributes = new Map()
  return {
    attributes: openings(text, 'Representation')[0] ?? none,
    set,
    template: openings(text, 'SegmentTemplate')[0] ?? none,
    hasChannels: text.includes('<AudioChannelConfiguration '),
    segments: segmentsOf(openings(text, 'S')),
  }
}

/** Repetitions told apart. Source: ISO/IEC 23009-1 §5.3.9.6. */
function segmentsOf(entries: readonly Attributes[]): { time: number; duration: number }[] {
  const segments: { time: number; duration: number }[] = []
  let end = 0
  for (const entry of entries) {
    let time = entry.has('t') ? Number(entry.get('t')) : end
    const duration = Number(entry.get('d'))
    for (let i = 0; i <= Number(entry.get('r') ?? 0); i++, time += duration) segments.push({ time, duration })
    end = time
  }
  return segments
}

/** The whole texts of elements that do not lie in one another. */
function elements(text: string, name: string): string[] {
  return [...text.matchAll(new RegExp(`<${name}[ >].*?</${name}>`, 'gs'))].map(([element]) => element)
}

/** The attributes of elements, empty or not. */
function openings(text: string, name: string): Attributes[] {
  return [...text.matchAll(new RegExp(`<${name}(?: ([^>]*?))?/?>`, 'g'))].map(
    ([, list = '']) =>
      new Map([...list.matchAll(/([A-Za-z:]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value])),
  )
}

/** An xs:duration of seconds. */
function secondsOf(duration: string | undefined): number {
  return Number(/^PT([\d.]+)S$/.exec(duration ?? '')?.[1] ?? Number.NaN)
}
