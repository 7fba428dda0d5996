import type { Milliseconds, Ticks } from '../core/units.ts'
import type { EventMessage } from '../formats/fmp4/event-message.ts'
import { clockDistance, systemClock } from '../formats/mpegts/clock.ts'
import { decodeSpliceCue, type SpliceCue } from '../formats/mpegts/splice-cue.ts'
import { moveCue } from '../formats/mpegts/splice-info.ts'
import type { Frame } from '../media/frame.ts'
import type { Codec, Track } from '../media/track.ts'

/**
 * What the messages of a codec are called. Script data of RTMP has no name that players know.
 *
 * @see Carriage of ID3 Timed Metadata in CMAF (AOM) §2, SCTE 214-3 §8.3.3, MISB ST 1910
 */
const schemes: Partial<Record<Codec, string>> = {
  id3: 'https://aomedia.org/emsg/ID3',
  scte35: 'urn:scte:scte35:2013:bin',
  klv: 'urn:misb:KLV:bin:1910.1',
}

/** The scheme of the event messages that a track makes; `undefined` if it makes none. */
export function eventSchemeOf({ codec }: Track): string | undefined {
  return schemes[codec]
}

/** A cue whose moment is known. */
export type PlacedCue = SpliceCue & {
  /** On the stream's clock. */
  readonly at: Milliseconds
  /** The whole section, with moments that count from where media times do. */
  readonly section: Uint8Array
}

/**
 * Find the moment of a cue: that of the splice, or where it is not told that of the frame.
 *
 * @param origin The stream's time that is 0 in the media.
 * @throws {ProtocolError} If it is malformed.
 */
export function placeCue({ payload, pts, track }: Frame, origin: Milliseconds): PlacedCue {
  const cue = decodeSpliceCue(payload)
  const ticks: Ticks = Math.round((pts * systemClock) / track.timescale)
  const ahead = cue.time === undefined ? 0 : clockDistance(ticks, cue.time)
  const section = moveCue(payload, Math.round((-origin * systemClock) / 1000))
  return { ...cue, at: ((ticks + ahead) * 1000) / systemClock, section }
}

/** What a frame of data is to whoever plays. @throws {ProtocolError} If it is malformed. */
export function eventOf(
  frame: Frame,
  { origin, timescale, id }: { readonly origin: Milliseconds; readonly timescale: number; readonly id: number },
): EventMessage | undefined {
  const { track, pts, payload } = frame
  const scheme = eventSchemeOf(track)
  if (scheme === undefined) return undefined
  const ticksAt = (time: Milliseconds): Ticks => Math.max(0, Math.round(((time - origin) * timescale) / 1000))
  if (track.codec !== 'scte35') {
    return { scheme, timescale, id, presentationTime: ticksAt((pts * 1000) / track.timescale), data: payload }
  }
  const { at, duration, section } = placeCue(frame, origin)
  return {
    ...{ scheme, timescale, id, presentationTime: ticksAt(at), data: section },
    ...(duration !== undefined && { duration: Math.round((duration * timescale) / systemClock) }),
  }
}
