import { type Attributes, type ReadPart, type ReadPlaylist, type ReadSegment, readAttributes } from './hls-playlist.ts'

/** The rules of RFC 8216bis (draft-pantos-hls-rfc8216bis) that a live playlist has to keep, by their sections. */
type Rule = readonly [section: string, isKept: boolean, told: string]

/** Durations are told with five digits. */
const rounding = 0.001
/** Times of encoders are rounded to milliseconds, and a frame of sound goes into one segment or the other. */
const longestDrift = 150

/** What is wrong with the text of one media playlist; empty if nothing is. */
export function brokenRules(text: string, playlist: ReadPlaylist): string[] {
  const { version, targetDuration: target = Number.NaN, segments, misplaced, unknown } = playlist
  const all: Rule[] = [
    ['4.1', text.endsWith('\n') && !text.startsWith('\ufeff'), 'whole lines, no byte order mark'],
    ['4.4.1.1', text.startsWith('#EXTM3U\n'), 'begins with EXTM3U'],
    ['4.1', unknown.length === 0, `unknown lines ${unknown.join()}`],
    ['4.4.3', misplaced.length === 0, `misplaced ${misplaced.join()}`],
    ['8', version !== undefined && version >= neededVersion(playlist), `version ${version}`],
    ['4.4.3.1', Number.isInteger(target) && target > 0, `target duration ${target}`],
    ...segments.flatMap((segment, i) => segmentRules(segment, segments[i - 1], target)),
    ...segments.flatMap(keyRules),
    ...vectorRules(segments),
    ...lowLatencyRules(playlist, target),
    ...dateRangeRules(playlist),
  ]
  return told(all)
}

function dateRangeRules({ dateRanges }: ReadPlaylist): Rule[] {
  const ids = dateRanges.map(range => range.get('ID'))
  const starts = dateRanges.map(range => Date.parse(range.get('START-DATE') ?? ''))
  return [
    ['4.4.5.1', !ids.includes(undefined) && new Set(ids).size === ids.length, `ranges are called ${ids.join()}`],
    ['4.4.5.1', !starts.some(Number.isNaN), 'a range does not begin'],
  ]
}

function neededVersion({ segments, skipped }: ReadPlaylist): number {
  if (skipped > 0) return 9
  if (segments.some(({ isGap }) => isGap)) return 8
  return segments.some(({ map }) => map !== undefined) ? 6 : 3
}

function segmentRules(segment: ReadSegment, before: ReadSegment | undefined, target: number): Rule[] {
  const { number, uri, duration, map, parts, programDateTime: start } = segment
  const sum = parts.reduce((seconds, part) => seconds + part.duration, 0)
  const isContinuous = before !== undefined && before.discontinuity === segment.discontinuity
  const drift = isContinuous ? (start ?? 0) - (before.programDateTime ?? 0) - before.duration * 1000 : 0
  return [
    ['4.4.4.1', duration > 0, `segment ${number} lasts ${duration}`],
    ['4.4.3.1', Math.round(duration) <= target, `segment ${number} lasts ${duration}, target ${target}`],
    ['4.4.4.5', uri.includes('.ts') || map !== undefined, `segment ${number} has no map`],
    ['4.4.4.6', start !== undefined && !Number.isNaN(start), `segment ${number} has no date`],
    ['4.4.4.6', Math.abs(drift) < longestDrift, `the date of segment ${number} is off by ${drift} ms`],
    // Where a track is silent there is no part.
    ['4.4.4.9', sum <= duration + rounding, `parts of ${number}: ${sum} of ${duration}`],
  ]
}

function keyRules({ number, key, mapKey, parts }: ReadSegment): Rule[] {
  if (key === undefined) return []
  const attributes = readAttributes(key)
  const method = attributes.get('METHOD')
  const mapIv = readAttributes(mapKey ?? '').get('IV')
  return [
    ['4.4.4.4', method === 'AES-128' || method === 'NONE', `METHOD of segment ${number} is ${method}`],
    ['4.4.4.4', method === 'AES-128' || attributes.size === 1, `METHOD=NONE of segment ${number} has attributes`],
    ['4.4.4.4', method === 'NONE' || attributes.has('URI'), `key of segment ${number} has no URI`],
    ['4.2', /^0x[0-9a-f]{32}$/i.test(attributes.get('IV') ?? `0x${'0'.repeat(32)}`), `IV of segment ${number}`],
    ['4.4.4.5', isClear(mapKey) || mapIv !== undefined, `map of segment ${number} has a key without IV`],
    ['4.4.4.9', isClear(key) || parts.length === 0, `segment ${number} is encrypted as a whole and has parts`],
  ]
}

function isClear(key: string | undefined): boolean {
  return key === undefined || readAttributes(key).get('METHOD') === 'NONE'
}

/** Not a rule of the RFC, but of each mode that chains blocks: NIST SP 800-38A §6.2. */
function vectorRules(segments: readonly ReadSegment[]): Rule[] {
  const keys = segments.flatMap(({ key }) => (key === undefined || isClear(key) ? [] : [key]))
  return [['5.2', new Set(keys).size === keys.length, 'segments of one key have the same IV']]
}

function lowLatencyRules(playlist: ReadPlaylist, target: number): Rule[] {
  const { serverControl, partTarget, segments, openParts, preloadHint } = playlist
  const groups = [...segments.map(({ parts }) => parts), openParts]
  const hasParts = groups.some(parts => parts.length > 0)
  if (partTarget === undefined) return [['4.4.3.7', !hasParts, 'parts without PART-INF']]
  const control = (name: string): number => Number(serverControl?.get(name))
  const uris = new Set(groups.flat().map(({ uri }) => uri))
  const isAhead = preloadHint === undefined || !uris.has(preloadHint)
  return [
    ['4.4.3.8', control('PART-HOLD-BACK') >= 3 * partTarget - rounding, 'PART-HOLD-BACK'],
    ['4.4.3.8', control('HOLD-BACK') >= 3 * target, 'HOLD-BACK'],
    ['4.4.3.8', control('CAN-SKIP-UNTIL') >= 6 * target, 'CAN-SKIP-UNTIL'],
    ['4.4.3.8', serverControl?.get('CAN-BLOCK-RELOAD') === 'YES', 'CAN-BLOCK-RELOAD'],
    ['4.4.5.3', isAhead, `${preloadHint} is there already`],
    ['4.4.4.9', uris.size === groups.flat().length, 'parts are told twice'],
    ...groups.flatMap((parts, i) => partRules(parts, partTarget, i < segments.length)),
  ]
}

function partRules(parts: readonly ReadPart[], target: number, isComplete: boolean): Rule[] {
  return parts.flatMap(({ uri, duration, isIndependent }, i): Rule[] => {
    const isLast = isComplete && i === parts.length - 1
    const isLongEnough = isLast || isIndependent || duration >= 0.85 * target - rounding
    return [
      ['4.4.4.9', duration <= target + 0.00001, `${uri} lasts ${duration}, target ${target}`],
      ['4.4.4.9', isLongEnough, `${uri} lasts ${duration}, target ${target}`],
    ]
  })
}

/** What a newer playlist of the same rendition does to the older one that it may not do. Source: RFC 8216bis §6.2.1. */
export function brokenBetween(before: ReadPlaylist, after: ReadPlaylist): string[] {
  const removed = after.mediaSequence - before.mediaSequence
  const numbers = new Map(after.segments.map(segment => [segment.number, segment]))
  const kept = before.segments.filter(({ number }) => number >= after.mediaSequence)
  const gone = before.segments.filter(({ number }) => number < after.mediaSequence)
  const marks = gone.filter(({ isDiscontinuity }) => isDiscontinuity).length
  const isContinued = gone.length === removed
  const listed = after.segments.reduce((sum, { duration }) => sum + duration, 0)
  const all: Rule[] = [
    [
      '4.4.3.1',
      before.targetDuration === after.targetDuration,
      `target was ${before.targetDuration}, is ${after.targetDuration}`,
    ],
    [
      '6.2.1',
      after.isEnded || before.partTarget === after.partTarget,
      `part target was ${before.partTarget}, is ${after.partTarget}`,
    ],
    ['6.2.1', before.isIndependent === after.isIndependent, 'EXT-X-INDEPENDENT-SEGMENTS came or went'],
    ['6.2.2', removed >= 0, `media sequence was ${before.mediaSequence}, is ${after.mediaSequence}`],
    [
      '6.2.2',
      !isContinued || after.discontinuitySequence - before.discontinuitySequence === marks,
      'discontinuity sequence',
    ],
    ['6.2.2', removed <= 0 || listed >= 3 * (after.targetDuration ?? 0) - rounding, `only ${listed} s are listed`],
    ['6.2.1', !before.isEnded || after.isEnded, 'went on after the end'],
    ...kept.flatMap(segment => changeRules(segment, numbers.get(segment.number))),
    ...hintRules(before, after),
  ]
  return told(all)
}

function changeRules(was: ReadSegment, is: ReadSegment | undefined): Rule[] {
  const { parts: oldParts, ...old } = was
  const { parts: newParts = [], ...now } = is ?? {}
  const isSame = JSON.stringify(old) === JSON.stringify(now)
  const haveSameParts =
    oldParts.length === 0 || newParts.length === 0 || JSON.stringify(oldParts) === JSON.stringify(newParts)
  return [
    ['6.2.1', isSame, `segment ${was.number} was ${JSON.stringify(old)}, is ${JSON.stringify(now)}`],
    ['6.2.1', haveSameParts, `parts of ${was.number} have changed`],
  ]
}

/** The part that was hinted at is the next that came, and what was there of a segment that grew stays. */
function hintRules(before: ReadPlaylist, after: ReadPlaylist): Rule[] {
  const grown = after.segments.find(({ number }) => number === nextNumber(before))?.parts ?? after.openParts
  const all = [...after.segments.flatMap(({ parts }) => parts), ...after.openParts].map(({ uri }) => uri)
  const [hint, last] = [before.preloadHint, before.openParts.at(-1)?.uri]
  const at = last === undefined ? -1 : all.indexOf(last)
  const next = at === -1 ? undefined : all[at + 1]
  const isKept = grown.length === 0 || before.openParts.every(({ uri }, i) => grown[i]?.uri === uri)
  return [
    ['6.2.1', isKept, `parts of ${nextNumber(before)} have changed`],
    ['6.2.2', hint === undefined || next === undefined || hint === next, `hinted at ${hint}, ${next} came`],
  ]
}

function nextNumber({ mediaSequence, skipped, segments }: ReadPlaylist): number {
  return mediaSequence + skipped + segments.length
}

/** An update that leaves segments out tells the same as the whole list. Source: RFC 8216bis §6.2.5.1. */
export function brokenInDelta(full: ReadPlaylist, delta: ReadPlaylist): string[] {
  const rest = full.segments.slice(delta.skipped)
  const told1 = JSON.stringify(rest.map(({ number, uri, duration }) => [number, uri, duration]))
  const told2 = JSON.stringify(delta.segments.map(({ number, uri, duration }) => [number, uri, duration]))
  const behind = [...rest.slice(1), ...full.openParts].reduce((sum, { duration }) => sum + duration, 0)
  const until = Number(full.serverControl?.get('CAN-SKIP-UNTIL'))
  return told([
    ['6.2.5.1', told1 === told2, 'the update differs from the whole list'],
    ['4.4.5.2', delta.skipped === 0 || (rest[0]?.duration ?? 0) + behind >= until - rounding, 'skips too much'],
  ])
}

/** What is wrong with a multivariant playlist. Source: RFC 8216bis §4.4.6. */
export function brokenInMultivariant(text: string): string[] {
  const lines = text.split('\n')
  const media = attributesOf(lines, 'EXT-X-MEDIA')
  const variants = attributesOf(lines, 'EXT-X-STREAM-INF')
  const names = media.map(entry => `${entry.get('GROUP-ID')} ${entry.get('NAME')}`)
  const defaults = media.filter(entry => entry.get('DEFAULT') === 'YES').length
  return told([
    ['4.4.6.2', variants.length > 0, 'no variant'],
    ['4.4.6.1.1', new Set(names).size === names.length, 'two names of a group are the same'],
    ['4.4.6.1.1', media.length === 0 || defaults === 1, `${defaults} defaults`],
    ...media.map((entry): Rule => ['4.4.6.1', /^[a-z]{2,3}$/.test(entry.get('LANGUAGE') ?? 'en'), 'LANGUAGE']),
    ...variants.flatMap(variant => variantRules(variant, media)),
  ])
}

function variantRules(variant: Attributes, media: readonly Attributes[]): Rule[] {
  const [peak, average] = [Number(variant.get('BANDWIDTH')), Number(variant.get('AVERAGE-BANDWIDTH'))]
  const group = variant.get('AUDIO')
  const codecs = variant.get('CODECS')?.split(',') ?? []
  return [
    ['4.4.6.2', peak > 1000 && average <= peak, `BANDWIDTH ${peak}, AVERAGE-BANDWIDTH ${average}`],
    ['4.4.6.2', codecs.length > 0 && codecs.every(codec => /^[A-Za-z0-9-]{4}/.test(codec)), `CODECS ${codecs.join()}`],
    ['4.4.6.2', !variant.has('FRAME-RATE') || variant.has('RESOLUTION'), 'FRAME-RATE without a picture'],
    ['4.4.6.2', group === undefined || media.some(entry => entry.get('GROUP-ID') === group), `no group ${group}`],
  ]
}

function attributesOf(lines: readonly string[], tag: string): readonly Attributes[] {
  return lines.filter(line => line.startsWith(`#${tag}:`)).map(line => readAttributes(line.slice(tag.length + 2)))
}

function told(rules: readonly Rule[]): string[] {
  return rules.filter(([, isKept]) => !isKept).map(([section, , text]) => `§${section}: ${text}`)
}
