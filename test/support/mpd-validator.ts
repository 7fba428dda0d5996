import type { ReadMpd, ReadPeriod, ReadRepresentation } from './mpd-reader.ts'

/** The rules of ISO/IEC 23009-1 that an MPD has to keep, by their sections. */
type Rule = readonly [section: string, isKept: boolean, told: string]

/** Of an MPD that has them, none is 0: players would ask without end, or wait for what is never there. */
const spans = ['minimumUpdatePeriod', 'minBufferTime', 'timeShiftBufferDepth', 'maxSegmentDuration'] as const

/** What is wrong with one MPD; empty if nothing is. @param now Seconds since the Unix epoch, by the server's clock. */
export function brokenInMpd(mpd: ReadMpd, now: number): string[] {
  const { attributes, periods, hasTiming, latencyTarget } = mpd
  const isDynamic = attributes.get('type') === 'dynamic'
  const isOver = attributes.has('mediaPresentationDuration')
  const starts = periods.map(({ start }) => start)
  const ids = periods.map(({ id }) => id)
  const all: Rule[] = [
    ['5.3.1.2', attributes.has('profiles') && attributes.has('minBufferTime'), 'profiles and minBufferTime'],
    ['5.3.1.2', !isDynamic || attributes.has('availabilityStartTime'), 'availabilityStartTime'],
    ['5.3.1.2', !isDynamic || Date.parse(attributes.get('publishTime') ?? '') / 1000 <= now + 1, 'publishTime'],
    [
      '5.3.1.2',
      isDynamic ? isOver !== attributes.has('minimumUpdatePeriod') : isOver,
      'how it goes on, or how long it is',
    ],
    ['5.3.1.2', spans.every(name => !/^PT0(\.0*)?S$/.test(attributes.get(name) ?? '')), `one of ${spans.join()} is 0`],
    ['5.8.4.11', !isDynamic || hasTiming, 'UTCTiming'],
    ['5.3.2.2', periods.length > 0, 'no period'],
    ['5.3.2.2', new Set(ids).size === ids.length && !ids.includes(''), `periods are called ${ids.join()}`],
    [
      '5.3.2.2',
      starts.every((start, i) => i === 0 || start > (starts[i - 1] ?? 0)),
      `periods begin at ${starts.join()}`,
    ],
    ['K', latencyTarget === undefined || latencyTarget > 0, `target latency ${latencyTarget}`],
    ...periods.flatMap(period => periodRules(period, mpd)),
  ]
  return told(all)
}

function periodRules({ id, start, representations }: ReadPeriod, mpd: ReadMpd): Rule[] {
  const sets = representations.map(({ set }) => set.get('id'))
  const names = representations.map(({ attributes }) => attributes.get('id'))
  return [
    ['5.3.3.2', representations.length > 0, `period ${id} is empty`],
    ['5.3.3.2', new Set(sets).size === sets.length, `sets of ${id} are called ${sets.join()}`],
    ['5.3.5.2', new Set(names).size === names.length, `representations of ${id} are called ${names.join()}`],
    ...representations.flatMap(one => representationRules(one, start, mpd)),
  ]
}

function representationRules(one: ReadRepresentation, start: number, { attributes: mpd, maxSegment }: ReadMpd): Rule[] {
  const { attributes, set, template, segments, hasChannels } = one
  const id = attributes.get('id')
  const timescale = Number(template.get('timescale') ?? 1)
  const offset = Number(template.get('presentationTimeOffset') ?? 0)
  const early = Number(template.get('availabilityTimeOffset') ?? 0)
  const isLowLatency = template.get('availabilityTimeComplete') === 'false'
  const first = segments[0]
  const isSound = set.get('contentType') === 'audio'
  return [
    ['5.3.5.2', Number(attributes.get('bandwidth')) > 0, `bandwidth of ${id}`],
    ['5.3.7.2', (attributes.get('codecs') ?? '') !== '', `codecs of ${id}`],
    ['5.3.7.2', set.get('mimeType') === `${set.get('contentType')}/mp4`, `mimeType of ${id}`],
    ['5.8.5.4', !isSound || hasChannels, `channels of ${id}`],
    ['5.3.9.4', (template.get('media') ?? '').includes('$Time$'), `media of ${id}`],
    ['5.3.9.4', template.has('initialization'), `initialization of ${id}`],
    ['5.3.9.6', first !== undefined, `${id} has no segment`],
    ['5.3.9.6', segments.every(({ duration }) => duration > 0), `a segment of ${id} has no length`],
    [
      '5.3.9.6',
      segments.every(({ time }, i) => i === 0 || time >= endOf(segments[i - 1])),
      `segments of ${id} overlap`,
    ],
    [
      '5.3.1.2',
      segments.every(({ duration }) => duration / timescale <= maxSegment),
      `a segment of ${id} is longer than ${maxSegment}`,
    ],
    ['5.3.9.2', first === undefined || endOf(first) > offset, `${id} has a segment before its period`],
    [
      '5.3.2.2',
      Math.abs(offset / timescale - (mpd.get('type') === 'static' ? offset / timescale : start)) < 0.01,
      `offset of ${id}`,
    ],
    ['5.3.9.2', isLowLatency === early > 0, `availabilityTimeOffset of ${id} is ${early}`],
    ['5.3.9.2', early < maxSegment, `${id} is there ${early} s before it is complete`],
  ]
}

function endOf(segment: { readonly time: number; readonly duration: number } | undefined): number {
  return segment === undefined ? 0 : segment.time + segment.duration
}

/** What a newer MPD does to the older one that it may not do. Source: ISO/IEC 23009-1 §5.4. */
export function brokenBetweenMpds(before: ReadMpd, after: ReadMpd): string[] {
  const publish = [before, after].map(({ attributes }) => Date.parse(attributes.get('publishTime') ?? ''))
  const known = new Map(after.periods.map(period => [period.id, period]))
  const last = before.periods.at(-1)
  const all: Rule[] = [
    ['5.4.1', (publish[0] ?? 0) <= (publish[1] ?? 0), 'publishTime went back'],
    [
      '5.4.1',
      before.attributes.get('availabilityStartTime') === after.attributes.get('availabilityStartTime'),
      'availabilityStartTime',
    ],
    ['5.4.1', last === undefined || known.has(last.id), `the newest period ${last?.id} has gone`],
    ...before.periods.flatMap(period => changeRules(period, known.get(period.id))),
  ]
  return told(all)
}

/** Of a period that is still there. What is at the end of a list may be longer or shorter than was expected. */
function changeRules(was: ReadPeriod, is: ReadPeriod | undefined): Rule[] {
  if (is === undefined) return []
  return [
    ['5.4.1', was.start === is.start, `period ${was.id} began at ${was.start}, begins at ${is.start}`],
    ...was.representations.flatMap(old => {
      const now = is.representations.find(({ attributes }) => attributes.get('id') === old.attributes.get('id'))
      return now === undefined ? [] : segmentChanges(old, now)
    }),
  ]
}

function segmentChanges(was: ReadRepresentation, is: ReadRepresentation): Rule[] {
  const id = was.attributes.get('id')
  const durations = new Map(is.segments.map(({ time, duration }) => [time, duration]))
  const oldest = is.segments[0]?.time ?? 0
  const settled = was.template.get('availabilityTimeComplete') === 'false' ? was.segments.slice(0, -2) : was.segments
  const kept = settled.filter(({ time }) => time >= oldest)
  return [
    ['5.4.1', kept.every(({ time, duration }) => durations.get(time) === duration), `segments of ${id} have changed`],
    [
      '5.4.1',
      is.segments.some(({ time }) => time >= (settled.at(-1)?.time ?? 0)),
      `the newest segment of ${id} has gone`,
    ],
  ]
}

function told(rules: readonly Rule[]): string[] {
  return rules.filter(([, isKept]) => !isKept).map(([section, , text]) => `§${section}: ${text}`)
}
