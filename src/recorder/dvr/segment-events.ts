import type { SegmentEvent } from '../../contracts/segments.ts'
import { unlessMalformed } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'
import { decodeEventMessages, type EventMessage } from '../../formats/fmp4/event-message.ts'

/** Cues to splice, which lists tell as well as media. Source: SCTE 214-3 §8.3.3. */
const toldByLists = 'urn:scte:scte35:2013:bin'
/** Of one segment; what is more is told by the media alone. */
const mostEvents = 50
/** A cue has no more. Source: SCTE 35 §9.6.1 (section_length). */
const mostData: Bytes = 4096
/** Names of schemes are URIs, and short. */
const longestScheme = 255

/** What a segment tells, as far as it is to be known without reading it. `undefined` for nothing. */
export function segmentEvents(bytes: Uint8Array): readonly SegmentEvent[] | undefined {
  const messages = unlessMalformed(() => decodeEventMessages(bytes)) ?? []
  const found: SegmentEvent[] = []
  for (const message of messages) {
    const { scheme } = message
    const isTold = scheme === toldByLists
    if (found.length >= mostEvents || scheme.length > longestScheme || message.data.length > mostData) continue
    if (!isTold && found.some(event => event.scheme === scheme)) continue
    found.push({ scheme, at: momentOf(message), data: isTold ? Uint8Array.from(message.data) : new Uint8Array(0) })
  }
  return found.length === 0 ? undefined : found
}

function momentOf({ presentationTime, timescale }: EventMessage): number {
  return timescale === 0 ? 0 : (1000 * presentationTime) / timescale
}
